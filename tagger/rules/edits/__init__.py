"""What an edit of packs changes: snapshots of what is defined, their difference, and the lock that
keeps versions honest."""
