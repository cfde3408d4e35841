"""What kind of disk a folder lies on, as Linux tells it."""

from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# On these a lock taken by one machine is not always seen by another, and SQLite loses data.
NETWORK = (
    "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs",
    "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs",
)  # fmt: skip


def kind_of_disk(path: Path, mounts: str) -> str:
    """The type of the file system that holds `path`, by the text of `MOUNTS`; empty if unknown."""
    found, longest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        folder = before.split()[4].replace("\\040", " ")
        # Of two that are mounted at one place the later one is seen.
        if path.is_relative_to(folder) and len(folder) >= longest:
            found, longest = after.split()[0], len(folder)
    return found


def is_on_network(path: Path) -> bool:
    """Whether a folder (that may not be there yet) lies on another machine's disk."""
    mounts = MOUNTS.read_text() if MOUNTS.exists() else ""
    return kind_of_disk(path.resolve(), mounts) in NETWORK
