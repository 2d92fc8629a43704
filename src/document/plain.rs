//! Reading text that is neither JSON nor XML: HTML pages, plain text, nothing, binary.
