"""Calendars: iCalendar and CSV in and out. What they come to are plain shifts; nothing here opens a connection."""
