"""What a machine can do to the commands: odd surroundings, kills, full disks, hostile files."""
