"""Written: what the Librarian's model hands in where it writes a section and nothing else."""

from pydantic import Field

from gastown.agents.answers import Answer, Paragraph, Text


class Written(Answer):
    """The text of the section, without its heading and comments."""

    body: Text = Field(description="Markdown for the section's readers.")
    summary: Paragraph = Field(description="One sentence on what a reader will find changed.")
