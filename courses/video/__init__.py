"""From the editor's file to what plays: looking at it, encoding it, its captions."""
