"""bare.py PREPROCESSOR_MODEL BOOSTER_MODEL: a FastAPI server that does the same work; prints its port."""

import socket
import sys

import uvicorn
from direct import pipeline
from fastapi import FastAPI, Request, Response

app = FastAPI()
predict = pipeline(*sys.argv[1:3])


@app.post("/invocations")
async def invocations(request: Request):
    body = await request.body()
    return Response(predict(body.decode()), media_type="text/csv")


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
