"""One file per stage or retriable step: load blocks, call gastown, record evidence."""
