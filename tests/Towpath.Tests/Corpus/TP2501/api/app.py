app = FastAPI()

@app.get("/orders")
def orders(): ...
