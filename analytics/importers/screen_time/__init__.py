"""What phones and computers themselves record of the time in programs: Apple's Screen Time, Android's Wellbeing."""
