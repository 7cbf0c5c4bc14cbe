"""Turn the notebooks of code-units/ into decks for teaching: `make slides`.

Right goes on, down answers: below each prediction lies what happened, below each *your turn* one way to write it, below
each question of the quiz its answer. Nothing is run; the figures and numbers are the stored outputs. What the slides
leave out of the prose stands in the speaker's notes (key S).

- `prose` cuts Markdown into blocks and sentences, and picks those that a slide can hold;
- `reading` reads a notebook as a list of items: prose, predictions, turns, outputs, the quiz;
- `planning` makes slides of them, in columns;
- `fitting` chooses the size of the text, and splits what would not fit on a slide;
- `formulas` turns TeX into MathML, so that a page needs no script to show it;
- `export` writes the HTML, by nbconvert's exporter for reveal.js, and the folder of assets beside it.
"""
