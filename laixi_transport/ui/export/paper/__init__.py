"""Paper: blocks of text, tables and pictures that flow over numbered pages, for PDF, preview and printer alike."""
