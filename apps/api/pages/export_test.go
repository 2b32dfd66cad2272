package pages

// Up is up, for tests.
var Up = up
