#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What the file system says of a file without its being read: if it says the same twice, the file is the same.
public struct FileStamp: Hashable, Sendable {
    /// Which file lies at the path; another one after a rename, or behind a link that leads elsewhere.
    private let device: UInt64
    private let file: UInt64
    private let size: Int64
    /// When it was written, and when anything of it was changed, in nanoseconds since 1970.
    private let written: Int64
    private let changed: Int64

    /// The stamp of what lies at a path, behind all links; nil where nothing does, or nobody may look.
    public init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.device = UInt64(status.st_dev)
        self.file = UInt64(status.st_ino)
        self.size = Int64(status.st_size)
        self.written = Self.nanoseconds(status.st_mtim)
        self.changed = Self.nanoseconds(status.st_ctim)
    }

    /// Whether whoever writes it had paused long enough that the next write has another time. File systems count time
    /// in steps, two seconds long at the worst.
    public func isSettled(at milliseconds: Int64) -> Bool {
        milliseconds - max(self.written, self.changed) / 1_000_000 > 2_000
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
