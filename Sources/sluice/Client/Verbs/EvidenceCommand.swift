import ArgumentParser
import ReleaseModel
import StrictJSON

struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", _superCommandName: "sluice",
        abstract: "Attach evidence to versions, judge what others attached, and take it back.",
        subcommands: [
            EvidenceAttaching.self, List.self, Show.self, Save.self, Accept.self, Refuse.self, Withdraw.self,
        ])

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List evidence, of one version or of all.")

        @Option(help: "Only evidence about this version, by name or identifier.") var version: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let evidence = try await session.list(.evidence, [("version", self.version)])
            let names = session.output == .table ? try await session.names([.versions]) : Names()
            session.show(evidence, of: .evidence, ["ID", "VERSION", "KIND", "STATE", "MADE", "HOLDS UNTIL", "ISSUER"]) {
                [
                    $0.text("id"), names.short($0.text("version")), $0.text("kind"), $0.text("state"),
                    $0.moment("made_at"), $0.moment("valid_until"), $0.text("issuer"),
                ]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show a piece of evidence: what it is, what it does not show, and who judged it.")

        @OptionGroup var evidence: EvidenceArgument
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let evidence = try await session.item(.evidence, self.evidence.id.description)
            try await session.show(evidence) {
                let names = try await session.names([.versions])
                let (review, withdrawal) = (evidence["review"], evidence["withdrawal"])
                return [
                    ("id", evidence.text("id")), ("version", names.long(evidence.text("version"))),
                    ("made with", evidence["subject"]?.stringValue ?? "the version as a whole"),
                    ("kind", evidence.text("kind")), ("file", evidence.text("file")), ("state", evidence.text("state")),
                    ("method", evidence.text("method")), ("issuer", evidence.text("issuer")),
                    ("does not show", evidence.text("limits")), ("made", evidence.moment("made_at")),
                    ("holds until", evidence.moment("valid_until")),
                    ("attached", "\(evidence.moment("attached")) by \(evidence.text("by"))"),
                    ("judged", review.map { "\($0.text("verdict")) by \($0.text("by"))" } ?? "by nobody yet"),
                    ("reasons", review?.text("reasons") ?? ""),
                    ("withdrawn", withdrawal.map { "by \($0.text("by")): \($0.text("reason"))" } ?? "no"),
                ]
            }
        }
    }

    struct Save: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Save the file of a piece of evidence, and compare it with its digest.")

        @OptionGroup var evidence: EvidenceArgument
        @Option(help: "Where to; nothing is overwritten.") var out: String
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let digest = try await session.file(of: self.evidence.id)
            let bytes = try await session.client.bytes(.get("/v1/evidence-files/\(digest)"))
            guard LocalFile.digest(of: bytes) == digest else {
                throw CommandFault(.verificationFailed, "the server's file is not \(digest); nothing was saved")
            }
            try LocalFile.create(self.out, bytes)
            session.terminal.say("\(self.out): \(bytes.count) bytes, \(digest)")
        }
    }

    struct Accept: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Say that evidence is enough. Whoever attached it cannot.")

        @OptionGroup var review: ReviewOptions
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .acceptEvidence(try await self.review.review(session))
        }
    }

    struct Refuse: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Say that evidence is not enough. Whoever attached it cannot; they can withdraw it.")

        @OptionGroup var review: ReviewOptions
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .refuseEvidence(try await self.review.review(session))
        }
    }

    struct Withdraw: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Take evidence back, at once. What stands on it holds.")

        @OptionGroup var evidence: EvidenceArgument
        @Option(help: "Why; it stands in the log.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .withdrawEvidence(WithdrawEvidence(evidence: self.evidence.id, reason: self.reason))
        }
    }
}

/// The evidence that a verb is about.
struct EvidenceArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The evidence.", valueName: "evd_…"), transform: OptionText.evidence)
    var id: EvidenceID
}

/// What somebody found in evidence.
struct ReviewOptions: ParsableArguments {
    @OptionGroup var evidence: EvidenceArgument
    @Option(help: "Why; it stands in the log.") var reasons: String
    @Option(
        help: ArgumentHelp(
            "The digest of the file that was looked at; if the evidence is another, nothing is said.",
            valueName: "sha256:…"),
        transform: OptionText.digest)
    var digest: ContentDigest?

    /// The review, bound to the file that was looked at, or to the one that is shown now.
    func review(_ session: Session) async throws -> ReviewEvidence {
        let file = try await session.file(of: self.evidence.id)
        if let seen = self.digest, seen != file {
            throw CommandFault(
                .conflict, "\(self.evidence.id) is the file \(file), not the one that was given; look at it again")
        }
        return ReviewEvidence(evidence: self.evidence.id, file: file, reasons: self.reasons)
    }
}

extension Session {
    /// The digest of the file that a piece of evidence is.
    func file(of evidence: EvidenceID) async throws -> ContentDigest {
        let document = try await self.item(.evidence, evidence.description)
        guard let digest = document["file"]?.stringValue.flatMap({ ContentDigest($0) }) else {
            throw CommandFault(.failure, "the server's answer has no file; it may be another release of Sluice")
        }
        return digest
    }
}

extension OptionText {
    static func evidence(_ text: String) throws -> EvidenceID {
        guard let id = EvidenceID(text) else {
            throw ValidationError("'\(text)' is not the identifier evd_… of evidence; 'sluice evidence list' shows all")
        }
        return id
    }
}
