import Ledger
import NIOConcurrencyHelpers
public import ReleaseModel

/// A file of evidence that an entry names and that is not as it was.
public struct EvidenceFinding: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// It is not there.
        case missing = "evidence_missing"
        /// Its bytes are not those of its digest.
        case changed = "evidence_changed"
    }

    /// What is wrong with it.
    public let kind: Kind
    /// The file, by its digest.
    public let file: ContentDigest

    /// What is wrong, for a person.
    public var message: String {
        switch self.kind {
        case .missing: "the log names it, and it is not there; send it again from a copy"
        case .changed: "its bytes are not those of its digest; send it again from a copy"
        }
    }

    /// One line: kind, file, message.
    public var description: String { "\(self.kind.rawValue) \(self.file): \(self.message)" }
}

extension EvidenceFiles {
    /// For how many seconds a file is kept that no entry names: a day, in which it can be attached.
    public static let unattachedSeconds = 86_400

    /// What is amiss with files that entries name: each is read and compared with its digest.
    public func findings(among named: some Sequence<ContentDigest>) throws(EvidenceFault) -> [EvidenceFinding] {
        var findings: [EvidenceFinding] = []
        for file in named {
            guard let bytes = try self.contents(of: file) else {
                findings.append(EvidenceFinding(kind: .missing, file: file))
                continue
            }
            if Self.digest(of: bytes) != file { findings.append(EvidenceFinding(kind: .changed, file: file)) }
        }
        return findings
    }

    /// Removes the files that are older than ``unattachedSeconds`` and that no entry names, and says which. Files of
    /// other names are nobody's evidence, and are left alone.
    ///
    /// - Parameter named: what entries name, at a moment in which none is added.
    public func sweep(keeping named: Set<ContentDigest>) throws(EvidenceFault) -> [ContentDigest] {
        self.writing.lock()
        defer { self.writing.unlock() }
        var swept: [ContentDigest] = []
        for file in try self.all() where !named.contains(file) {
            guard let age = ReadableFile.age(self.path(of: file)), age > Self.unattachedSeconds else { continue }
            do throws(FileFault) {
                try self.files.remove(self.path(of: file))
            } catch {
                throw EvidenceFault(error)
            }
            swept.append(file)
        }
        return swept
    }

    /// All files that are kept, by their digests.
    private func all() throws(EvidenceFault) -> [ContentDigest] {
        do throws(LogFault) {
            return try ReadableFile.names(self.folder).compactMap { name in
                Hexadecimal.decode(name).flatMap { ContentDigest(bytes: $0) }
            }
        } catch {
            throw EvidenceFault(error)
        }
    }
}
