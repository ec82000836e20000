"""What other assistants can use: tools over the HTTP API's routes, by the Model Context Protocol."""
