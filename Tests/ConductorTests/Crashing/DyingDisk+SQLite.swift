import Foundation
import GRDBSQLite

// SQLite reaches its files through a table of functions, a "VFS" (sqlite.org/vfs.html). This one is the system's, with
// what changes files asking a ``DyingDisk`` first.

/// What stands behind the system's own part of an open file.
@unsafe private struct Behind {
    /// Begins the struct, so that SQLite finds the table here.
    var methods: sqlite3_io_methods
    let original: UnsafePointer<sqlite3_io_methods>
    let disk: Unmanaged<DyingDisk>

    /// That of a file.
    static func of(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<Behind> {
        unsafe UnsafeMutableRawPointer(file).advanced(by: self.place).assumingMemoryBound(to: Behind.self)
    }

    /// The bytes of the system's own part.
    static let place = unsafe Int(sqlite3_vfs_find("unix").pointee.szOsFile)
}

struct NoSystemFiles: Error {}

extension DyingDisk {
    /// The path by which SQLite opens a database on this disk.
    ///
    /// The disk is never freed: SQLite's list of them has no end either.
    func path(toDatabase path: String) throws -> String {
        guard let system = unsafe sqlite3_vfs_find("unix") else { throw NoSystemFiles() }
        let name = "dying-\(UUID().uuidString)"
        let files = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        unsafe files.initialize(to: system.pointee)
        unsafe files.pointee.pNext = nil
        unsafe files.pointee.zName = UnsafePointer(strdup(name))
        unsafe files.pointee.szOsFile += Int32(MemoryLayout<Behind>.size)
        unsafe files.pointee.pAppData = Unmanaged.passRetained(self).toOpaque()
        unsafe files.pointee.xOpen = { files, name, file, flags, outFlags in
            guard let files = unsafe files, let file = unsafe file, let system = unsafe sqlite3_vfs_find("unix") else {
                return SQLITE_CANTOPEN
            }
            let result = unsafe system.pointee.xOpen(system, name, file, flags, outFlags)
            guard result == SQLITE_OK, let original = unsafe file.pointee.pMethods else { return result }
            let disk = unsafe Unmanaged<DyingDisk>.fromOpaque(files.pointee.pAppData)
            let behind = unsafe Behind.of(file)
            unsafe behind.initialize(to: Behind(methods: original.pointee, original: original, disk: disk))
            unsafe DyingDisk.intercept(&behind.pointee.methods)
            unsafe file.pointee.pMethods = UnsafePointer(
                UnsafeMutableRawPointer(behind).assumingMemoryBound(
                    to: sqlite3_io_methods.self))
            return result
        }
        unsafe files.pointee.xDelete = { files, name, isDirectorySynchronized in
            guard let files = unsafe files, let system = unsafe sqlite3_vfs_find("unix"),
                unsafe Unmanaged<DyingDisk>.fromOpaque(files.pointee.pAppData).takeUnretainedValue().survives()
            else { return SQLITE_IOERR }
            return unsafe system.pointee.xDelete(system, name, isDirectorySynchronized)
        }
        guard unsafe sqlite3_vfs_register(files, 0) == SQLITE_OK else { throw NoSystemFiles() }
        return "file:\(path)?vfs=\(name)"
    }

    private static func intercept(_ methods: inout sqlite3_io_methods) {
        unsafe methods.xWrite = { file, bytes, count, offset in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let behind = unsafe Behind.of(file).pointee
            let lives = unsafe behind.disk.takeUnretainedValue().survives {
                _ = unsafe behind.original.pointee.xWrite(file, bytes, count / 2, offset)
            }
            return lives ? unsafe behind.original.pointee.xWrite(file, bytes, count, offset) : SQLITE_IOERR
        }
        unsafe methods.xTruncate = { file, length in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let behind = unsafe Behind.of(file).pointee
            guard unsafe behind.disk.takeUnretainedValue().survives() else { return SQLITE_IOERR }
            return unsafe behind.original.pointee.xTruncate(file, length)
        }
        unsafe methods.xSync = { file, flags in
            guard let file = unsafe file else { return SQLITE_IOERR }
            let behind = unsafe Behind.of(file).pointee
            guard unsafe behind.disk.takeUnretainedValue().survives() else { return SQLITE_IOERR }
            return unsafe behind.original.pointee.xSync(file, flags)
        }
    }
}
