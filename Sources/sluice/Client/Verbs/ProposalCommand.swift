import ArgumentParser
import ReleaseModel
import StrictJSON

struct ProposalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposal", _superCommandName: "sluice",
        abstract: "Look at what waits for a second person, and be that person.",
        subcommands: [List.self, Show.self, Approve.self, Reject.self])

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the proposals that wait.")

        @Option(help: ArgumentHelp("Only proposals of this person.", valueName: "per_…"), transform: OptionText.person)
        var person: PersonID?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let proposals = try await session.list(.proposals, [("person", self.person?.description)])
            session.show(proposals, of: .proposals, ["ID", "COMMAND", "BY", "LAPSES", "LAPSED"]) {
                [
                    $0.text("id"), $0["command"]?["command"]?.stringValue ?? "", $0.text("by"), $0.moment("lapses"),
                    $0.text("has_lapsed"),
                ]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show a proposal in plain words, with the digest that an approval is bound to.")

        @Argument(help: ArgumentHelp("The proposal.", valueName: "prp_…"), transform: OptionText.proposal)
        var proposal: ProposalID
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let proposal = try await session.item(.proposals, self.proposal.description)
            let (command, digest) = try Approving.content(of: proposal)
            try await session.show(proposal) {
                let names = try await session.names(of: command.references)
                return [
                    ("id", proposal.text("id")), ("what", command.sentence), ("by", proposal.text("by")),
                    ("lapses", proposal.moment("lapses")), ("lapsed", proposal.text("has_lapsed")),
                    ("digest", digest.description),
                ] + command.fields(names).map { (name: "  " + $0.name, value: $0.value) }
            }
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve what another person proposed, exactly as it is shown.",
            discussion: """
                What is approved is first said in plain words. The approval is bound to the digest of exactly that; \
                --digest binds it to what was seen before.
                """)

        @OptionGroup var approval: ApprovalOptions

        func run() async throws {
            try await Approving(session: try Session(self.approval.giving.client)).approve(self.approval)
        }
    }

    struct Reject: GivingVerb {
        static let configuration = CommandConfiguration(
            abstract: "End a proposal: withdraw your own, or turn down another's.")

        @Argument(help: ArgumentHelp("The proposal.", valueName: "prp_…"), transform: OptionText.proposal)
        var proposal: ProposalID
        @Option(help: "Why.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .reject(RejectProposal(proposal: self.proposal, reason: self.reason))
        }
    }
}
