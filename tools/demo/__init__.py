"""The demo of 4.6.2: draw a digit in the browser, and a trained network reads it. `make demo`.

`network` trains the network once and keeps it, `sheet` brings a drawing into the form of MNIST's images, `app` answers
the page (`page/`, without a line from elsewhere: it works offline). `python -m tools.demo` starts all of it.
"""
