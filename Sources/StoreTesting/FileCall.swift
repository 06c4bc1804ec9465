public import Store

/// One of the calls by which a log changes its files, before it is made.
public enum FileCall: Hashable, Sendable {
    case open(FileOpening)
    case write
    case synchronize
    case truncate
    case rename
    case remove
    case makeDirectory
    case synchronizeDirectory
    case synchronizeFileSystem

    /// What the system calls it.
    public var name: String {
        switch self {
        case .open: "open"
        case .write: "write"
        case .synchronize: "fdatasync"
        case .truncate: "ftruncate"
        case .rename: "rename"
        case .remove: "remove"
        case .makeDirectory: "mkdir"
        case .synchronizeDirectory: "fsync"
        case .synchronizeFileSystem: "syncfs"
        }
    }
}

extension FileOperations {
    /// Is asked before each call, and throws in its place where it is to fail. `half` does half of the call, as a crash
    /// in its middle would: the first half of the bytes of a write, and nothing of any other.
    public typealias Check = @Sendable (_ call: FileCall, _ half: () -> Void) throws(FileFault) -> Void

    /// The system's calls, each after a check.
    public static func checked(by check: @escaping Check) -> FileOperations {
        let system = FileOperations.system
        var operations = system
        operations.open = { (path, opening) throws(FileFault) in
            try check(.open(opening)) {}
            return try system.open(path, opening)
        }
        operations.write = { (descriptor, bytes, offset) throws(FileFault) in
            try check(.write) {
                try? system.write(descriptor, bytes.extracting(first: bytes.byteCount / 2), offset)
            }
            try system.write(descriptor, bytes, offset)
        }
        operations.synchronize = { (descriptor) throws(FileFault) in
            try check(.synchronize) {}
            try system.synchronize(descriptor)
        }
        operations.truncate = { (descriptor, length) throws(FileFault) in
            try check(.truncate) {}
            try system.truncate(descriptor, length)
        }
        operations.rename = { (from, to) throws(FileFault) in
            try check(.rename) {}
            try system.rename(from, to)
        }
        operations.remove = { (path) throws(FileFault) in
            try check(.remove) {}
            try system.remove(path)
        }
        operations.makeDirectory = { (path) throws(FileFault) in
            try check(.makeDirectory) {}
            return try system.makeDirectory(path)
        }
        operations.synchronizeDirectory = { (path) throws(FileFault) in
            try check(.synchronizeDirectory) {}
            try system.synchronizeDirectory(path)
        }
        operations.synchronizeFileSystem = { (path) throws(FileFault) in
            try check(.synchronizeFileSystem) {}
            try system.synchronizeFileSystem(path)
        }
        return operations
    }
}
