import Crypto
import Ledger
import NIOConcurrencyHelpers
public import ReleaseModel

/// The files that evidence consists of, each kept once under its SHA-256: `sha256/<64 hexadecimal digits>`.
///
/// A file has its name only when it is whole, on the disk, and was read back as what it should be. It is compared with
/// its name again whenever it is read. What an entry names stays: what was shown to people stays to be shown.
///
/// The calls wait for the disk; call them where waiting holds nobody up.
public final class EvidenceFiles: Sendable {
    /// The largest file that is kept: 16 MiB. What is larger is named in a report by its own digest.
    public static let maximumBytes = 16 << 20

    let directory: String
    let files: FileOperations
    /// One file is written at a time, so that all can be built under one name.
    let writing = NIOLock()

    /// The files in a directory, which is made with the first of them.
    ///
    /// - Parameters:
    ///   - directory: where they lie; only this process writes there.
    ///   - files: the calls by which files change, for tests that let them fail.
    public init(directory: String, files: FileOperations = .system) {
        self.directory = directory
        self.files = files
    }

    /// Keeps a file under its digest. Says whether it was not there before; one that is damaged is mended by it.
    public func put(_ bytes: [UInt8], as digest: ContentDigest) throws(EvidenceFault) -> Bool {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge(bytes: bytes.count) }
        let found = Self.digest(of: bytes)
        guard found == digest else { throw .otherDigest(found: found, expected: digest) }
        self.writing.lock()
        defer { self.writing.unlock() }
        let isThere = try self.contents(of: digest).map(Self.digest) == digest
        do throws(FileFault) {
            try self.makeDirectories()
            // It may have got its name in a run in which that was not made durable any more.
            if isThere {
                try self.files.renew(self.path(of: digest))
                try self.files.synchronizeDirectory(self.folder)
            } else {
                try self.build(bytes)
            }
        } catch {
            throw EvidenceFault(error)
        }
        if isThere { return false }
        // What a disk took and what it gives back are two things.
        guard try Self.contents(self.building).map(Self.digest) == digest else {
            try? self.files.remove(self.building)
            throw .unavailable("\(self.building) was not read back as it was written")
        }
        do throws(FileFault) {
            try self.files.rename(self.building, self.path(of: digest))
            try self.files.synchronizeDirectory(self.folder)
        } catch {
            throw EvidenceFault(error)
        }
        return true
    }

    /// A file's bytes, compared with its digest; nil if it is not kept here.
    public func read(_ digest: ContentDigest) throws(EvidenceFault) -> [UInt8]? {
        guard let bytes = try self.contents(of: digest) else { return nil }
        guard Self.digest(of: bytes) == digest else { throw .damaged(digest) }
        return bytes
    }

    /// Whether a file is kept here. Its bytes are not looked at.
    public func contains(_ digest: ContentDigest) throws(EvidenceFault) -> Bool {
        do throws(LogFault) {
            return try ReadableFile(self.path(of: digest)) != nil
        } catch {
            throw EvidenceFault(error)
        }
    }

    // MARK: Places

    var folder: String { "\(self.directory)/sha256" }
    /// A file under construction.
    private var building: String { "\(self.directory)/next" }

    func path(of digest: ContentDigest) -> String { "\(self.folder)/\(Hexadecimal.encode(digest.bytes))" }

    private func makeDirectories() throws(FileFault) {
        for path in [self.directory, self.folder] {
            _ = try self.files.makeDirectory(path)
            try self.files.synchronizeDirectory(LogDirectory.parent(of: path))
        }
    }

    private func build(_ bytes: [UInt8]) throws(FileFault) {
        let descriptor = try self.files.open(self.building, .emptied)
        defer { self.files.close(descriptor) }
        try self.files.write(descriptor, unsafe bytes.span.bytes, 0)
        try self.files.synchronize(descriptor)
    }

    // MARK: Bytes

    func contents(of digest: ContentDigest) throws(EvidenceFault) -> [UInt8]? {
        try Self.contents(self.path(of: digest))
    }

    private static func contents(_ path: String) throws(EvidenceFault) -> [UInt8]? {
        do throws(LogFault) {
            return try ReadableFile.contents(path)
        } catch {
            throw EvidenceFault(error)
        }
    }

    static func digest(of bytes: [UInt8]) -> ContentDigest? {
        ContentDigest(bytes: SHA256.hash(data: bytes))
    }
}
