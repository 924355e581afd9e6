"""The author's desk: the questions of one's own talks, taken live or answered in writing."""
