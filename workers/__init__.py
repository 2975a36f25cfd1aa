"""What happens without anyone waiting for it: relay, timetable, queues and their workers."""
