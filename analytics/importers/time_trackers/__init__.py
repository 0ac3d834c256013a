"""Time trackers: what people log by hand (Toggl, Clockify) or have measured for them (RescueTime)."""
