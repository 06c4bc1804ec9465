import ArgumentParser
import ReleaseModel
import Store
import StrictJSON

/// Sends a file under its digest, and attaches it to a version.
struct EvidenceAttaching: AskingVerb {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Attach a file to a version as evidence. It counts once another person accepts it.",
        discussion: "The file is sent to the server, which keeps it under its SHA-256; the log holds the digest.")

    @Argument(help: "The file.") var file: String
    @Option(help: "The version that it was made with, by name or identifier.") var version: String
    @Option(help: "What kind of evidence it is, as gates name it.", transform: OptionText.name) var kind: Name
    @Option(help: "How it was made.") var method: String
    @Option(help: "Who made it.") var issuer: String
    @Option(help: "What it does not show.") var limits: String
    @Option(help: "When it was made.", transform: Moment.option) var madeAt: Timestamp
    @Option(help: "From when on it holds no more.", transform: Moment.option) var validUntil: Timestamp
    @Option(
        help: ArgumentHelp("Which of the version's digests it was made with.", valueName: "sha256:…"),
        transform: OptionText.digest)
    var subject: ContentDigest?
    @OptionGroup var client: ClientOptions

    func ask(_ session: Session) async throws {
        let bytes = try LocalFile.bytes(self.file)
        guard let digest = LocalFile.digest(of: bytes), !bytes.isEmpty else {
            throw CommandFault(.usage, "\(self.file) is empty; name the file that is the evidence")
        }
        guard bytes.count <= EvidenceFiles.maximumBytes else {
            throw CommandFault(.usage, "\(EvidenceFault.tooLarge(bytes: bytes.count))")
        }
        let version = try await session.identifier(.versions, self.version, as: VersionID.self)
        let kept = try await session.client.send(.put("/v1/evidence-files/\(digest)", file: bytes))
        let isNew = kept["is_new"]?.boolValue ?? true
        session.terminal.say("\(digest) \(isNew ? "kept" : "was kept before"), \(bytes.count) bytes")
        let attachment = AttachEvidence(
            version: version, subject: self.subject, kind: self.kind, file: digest, method: self.method,
            issuer: self.issuer, limits: self.limits, madeAt: self.madeAt, validUntil: self.validUntil)
        try await session.give(.attachEvidence(attachment), dryRun: false)
    }
}
