"""The book: the notebooks and guides of the course as a web site with search, and as an EPUB: `make book`.

Nothing is run: the figures and numbers are the stored outputs. The pages are first put together in a folder of their
own, laid out as the course is, then Sphinx makes the book of them, offline; no page loads anything from elsewhere.

- `contents` says which pages there are, in order;
- `links` lets each link lead to where its target stands in the book;
- `cells` prepares a notebook: what gives an outcome away goes behind a click, questions can be answered in the page;
- `staging` writes the folder that Sphinx reads;
- `extension` is the course's part of Sphinx: formulas as MathML, the figures' descriptions, the bar below each title;
- `repository` finds out where the course is published, for the buttons of Binder and Colab.
"""
