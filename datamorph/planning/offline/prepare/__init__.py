"""Tables as the prompt speaks of them: elements of arrays as rows, fields of structs and read texts as columns."""
