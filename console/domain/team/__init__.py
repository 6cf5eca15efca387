"""What the team decides beside incidents: who covers whom, leave, maintenance, checklists. A log of its own."""
