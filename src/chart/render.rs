//! From marks to SVG text and PNG bytes.
