"""Public transport: timetables scanned with all departures of a window side by side."""
