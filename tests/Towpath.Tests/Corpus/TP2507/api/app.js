app.get("/health", live);
app.get("/api/health", ready);
