import ArgumentParser
import Crypto
import ReleaseModel
import StrictJSON

/// What is approved, and how.
struct ApprovalOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The proposal.", valueName: "prp_…"), transform: OptionText.proposal)
    var proposal: ProposalID

    @Option(
        help: ArgumentHelp(
            "The digest of what was seen before; if the proposal has another, nothing is approved.",
            valueName: "sha256:…"),
        transform: OptionText.digest)
    var digest: ContentDigest?

    @OptionGroup var giving: GivingOptions
}

/// Approves a proposal by the digest of exactly what was shown.
///
/// The digest is computed here, from the command that is put into words here: a server that shows one command and asks
/// to approve another is found out.
struct Approving {
    let session: Session

    func approve(_ options: ApprovalOptions, _ check: (Command) throws -> Void = { _ in }) async throws {
        let proposal = try await self.session.item(.proposals, options.proposal.description)
        let (command, digest) = try Self.content(of: proposal)
        try check(command)
        if let pinned = options.digest, pinned != digest {
            throw CommandFault(
                .conflict,
                "\(options.proposal) has the digest \(digest), not the one that was given; look at it again")
        }
        try await self.show(proposal, command, digest)
        try await self.session.give(
            .approve(ApproveProposal(proposal: options.proposal, digest: digest)), dryRun: options.giving.dryRun)
    }

    /// The command of a proposal and its digest, which must be the one that the server names.
    static func content(of proposal: JSONValue) throws -> (command: Command, digest: ContentDigest) {
        guard let document = proposal["command"],
            let digest = ContentDigest(bytes: SHA256.hash(data: document.canonical))
        else {
            throw CommandFault(.failure, "the server's answer has no command; it may be another release of Sluice")
        }
        guard proposal["digest"]?.stringValue == digest.description else {
            throw CommandFault(
                .verificationFailed,
                "the proposal's digest does not fit its content, so it is not known what would be approved")
        }
        return (try document.decoded(as: Command.self), digest)
    }

    /// Says what is approved before it is.
    private func show(_ proposal: JSONValue, _ command: Command, _ digest: ContentDigest) async throws {
        let names = try await self.session.names(of: command.references)
        self.session.terminal.say("\(proposal.text("by")) proposed a command that \(command.sentence):")
        self.session.terminal.say(
            Table.fields(command.fields(names).map { (name: "    " + $0.name, value: $0.value) }))
        self.session.terminal.say("    \(digest)")
    }
}

extension Session {
    /// The names of these things; what is not there any more has none.
    func names(of references: [(things: Things, id: String)]) async throws -> Names {
        var names = Names()
        for reference in references {
            do {
                names.add(try await self.item(reference.things, reference.id))
            } catch let problem as ControlProblem where problem.exitStatus == .notFound {
                continue
            }
        }
        return names
    }

    /// The terms that a text names: `trm_…`, `name@version`, or a name of which there is one version.
    func termsIdentifier(_ text: String) async throws -> TermsID {
        if let id = TermsID(text) { return id }
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        guard let name = parts.first, Name(name) != nil else {
            throw CommandFault(
                .usage, "'\(text)' is neither trm_… nor a name with a version such as usage-policy@2026-11")
        }
        let versions = try await self.list(.terms, [("name", name)])
        if versions.isEmpty {
            let known = try await self.list(.terms).compactMap { $0["name"]?.stringValue }
            throw Self.unknown(.terms, name, known: Array(Set(known)).sorted())
        }
        let found = versions.filter { parts.count == 1 || $0["version"]?.stringValue == parts[1] }
        guard let only = found.first, found.count == 1 else {
            let known = versions.map { "\(name)@\($0.text("version"))" }.joined(separator: ", ")
            throw CommandFault(
                found.isEmpty ? .notFound : .usage, "\(text) does not name one version of terms; there is \(known)")
        }
        return try Self.identifier(of: only)
    }
}
