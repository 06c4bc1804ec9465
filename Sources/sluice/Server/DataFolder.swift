import ControlAPI
import FoundationEssentials
import Gateway
import Ledger
import ReleaseModel

/// Where one installation keeps what it keeps: logs, keys, the database, the configuration.
struct DataFolder {
    /// The folder itself.
    let path: String

    var configuration: String { "\(self.path)/sluice.yaml" }
    var store: String { "\(self.path)/store.sqlite" }
    var evidence: String { "\(self.path)/evidence" }
    var signingKey: String { "\(self.path)/keys/log.key" }

    /// The two logs, by the names of their folders.
    enum Log: String, CaseIterable {
        case control, access
    }

    func log(_ log: Log) -> String { "\(self.path)/log/\(log.rawValue)" }
    func verificationKey(_ log: Log) -> String { "\(self.path)/keys/\(log.rawValue).vkey" }
    func personKey(_ name: Name) -> String { "\(self.path)/keys/people/\(name).key" }

    /// What a log is called in its checkpoints.
    static func origin(_ log: Log, of installation: String) -> String { "\(installation)/\(log.rawValue)" }

    /// Makes the folders, those with secrets for their owner alone.
    func make() throws {
        for (folder, mode) in [("log", 0o750), ("keys", 0o700), ("keys/people", 0o700)] {
            try FileManager.default.createDirectory(
                atPath: "\(self.path)/\(folder)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: mode])
        }
    }

    /// Reads the seed that signs both logs, 32 bytes in hexadecimal.
    func seed() throws -> [UInt8] {
        let text = try Self.read(self.signingKey)
        guard let seed = Hexadecimal.decode(text.prefix { !$0.isWhitespace }), seed.count == 32 else {
            throw SetUpFault("\(self.signingKey) does not hold a signing key: 64 hexadecimal digits were expected")
        }
        return seed
    }

    /// The secrets of rollouts, which the signing key's seed is the root of.
    func rolloutSeeds() throws -> RolloutSeeds { RolloutSeeds(secret: try self.seed()) }

    /// What end users are hashed under where they are counted.
    func accountKey() throws -> AccountKey { AccountKey(secret: try self.seed()) }

    /// By what answers are found again that upstreams keep.
    func answerSeal() throws -> AnswerSeal { AnswerSeal(secret: try self.seed()) }

    /// The signer of a log.
    func signer(_ log: Log, installation: String) throws -> NoteSigner {
        try NoteSigner(name: Self.origin(log, of: installation), seed: try self.seed())
    }

    // MARK: Files

    /// The text of a file.
    static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SetUpFault("\(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// Something on this host that stands in the way, in a sentence for whoever set it up.
struct SetUpFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
