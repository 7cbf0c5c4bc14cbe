"""The server of the demo: a page, and an answer to each drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from torch import Tensor

from tools.demo.network import DigitReader
from tools.demo.sheet import MOST_BYTES, SheetError, decode, prepare, shrink

PAGE = Path(__file__).parent / "page"
# The page may load nothing from elsewhere, and no other page may show it in a frame.
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"


def make_app(reader: DigitReader) -> FastAPI:
    """The application, for uvicorn or a test.

    `GET /` is the page, `GET /facts` what the network was trained on, `POST /read` takes a drawing as a PNG file and
    answers with ten probabilities; what it cannot read it refuses with 4xx and a reason.
    """
    app = FastAPI(title="Draw a digit", docs_url=None, redoc_url=None, openapi_url=None)  # these pages come from a CDN

    @app.middleware("http")
    async def protect(request: Request, call_next: Any) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/facts")
    def facts() -> dict[str, Any]:
        return {"data": reader.data, "accuracy": reader.accuracy, "is_stand_in": reader.is_stand_in}

    @app.post("/read")
    async def read(request: Request) -> dict[str, Any]:
        try:
            return answer(reader, decode(await body_of(request)))
        except SheetError as error:
            raise HTTPException(error.status, str(error)) from error

    @app.get("/{name:path}")
    def page(name: str) -> FileResponse:
        files = {path.name: path for path in PAGE.iterdir()}
        if (name or "index.html") not in files:
            raise HTTPException(404, f"there is no {name!r} here")
        return FileResponse(files[name or "index.html"])

    return app


async def body_of(request: Request) -> bytes:
    """The body of a request, read no further than a sheet can be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break  # `decode` says so
    return bytes(body)


def answer(reader: DigitReader, sheet: Tensor) -> dict[str, Any]:
    """What the network says of a sheet: prepared as MNIST's images were, and, beside it, only shrunk.

    Args:
        reader: the network.
        sheet: uint8, shape (280, 280).

    Returns:
        For `prepared` and for `shrunk` the pixels, 28 rows of 28 from 0 to 255, and ten probabilities.

    Raises:
        SheetError: nothing is drawn.
    """
    images = {"prepared": prepare(sheet), "shrunk": shrink(sheet)}
    return {
        name: {
            "pixels": (255 * image).round().int().tolist(),
            "probabilities": reader.probabilities(image[None])[0].tolist(),
        }
        for name, image in images.items()
    }
