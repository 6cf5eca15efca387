"""What front ends work with: commands in, snapshots out, and the engine process kept running."""
