import ArgumentParser
import ReleaseModel
import StrictJSON

struct GrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", _superCommandName: "sluice",
        abstract: "Propose, approve and revoke who may use which model, for what, how and how much.",
        subcommands: [GrantProposing.self, Approve.self, List.self, Show.self, Revoke.self])

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a proposed grant, exactly as it is shown.",
            discussion: "As 'proposal approve', and only for a proposal that is a grant.")

        @OptionGroup var approval: ApprovalOptions

        func run() async throws {
            try await Approving(session: try Session(self.approval.giving.client)).approve(self.approval) { command in
                guard case .issueGrant = command else {
                    throw CommandFault(
                        .conflict,
                        "\(self.approval.proposal) is no grant, it \(command.sentence); see 'sluice proposal show'")
                }
            }
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List grants, those that ended included.")

        @Option(help: "Only grants of this application, by name or identifier.") var application: String?
        @Option(help: "Only grants of this organisation, by name or identifier.") var organisation: String?
        @Option(help: "Only grants to this model, by name or identifier.") var model: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let filters = [
                ("application", self.application), ("organisation", self.organisation), ("model", self.model),
            ]
            let grants = try await session.list(.grants, filters)
            let kinds: [Things] = [.applications, .organisations, .models]
            let names = session.output == .table ? try await session.names(kinds) : Names()
            session.show(grants, of: .grants, ["ID", "WHO", "MODEL", "STATE", "INTENT", "POPULATION", "EXPIRES"]) {
                let content = $0["content"] ?? .null
                return [
                    $0.text("id"), names.short(content.text("subject")), names.short(content.text("model")),
                    $0.text("state"), content.text("intent"), content.text("population"), content.moment("expires"),
                ]
            }
        }
    }

    struct Show: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "Show all terms of a grant.")

        @Argument(help: ArgumentHelp("The grant.", valueName: "grt_…"), transform: OptionText.grant)
        var grant: GrantID
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let grant = try await session.item(.grants, self.grant.description)
            try await session.show(grant) {
                guard let content = grant["content"] else { return [] }
                let terms = try content.decoded(as: GrantTerms.self)
                let names = try await session.names(of: terms.references)
                let revoked = grant["revoked"] == nil ? [] : [("revoked", grant.moment("revoked"))]
                return [("id", grant.text("id")), ("state", grant.text("state")), ("issued", grant.moment("issued"))]
                    + revoked + terms.fields(names)
            }
        }
    }

    struct Revoke: GivingVerb {
        static let configuration = CommandConfiguration(abstract: "Take a grant back at once. One person can.")

        @Argument(help: ArgumentHelp("The grant.", valueName: "grt_…"), transform: OptionText.grant)
        var grant: GrantID
        @Option(help: "Why.") var reason: String
        @OptionGroup var giving: GivingOptions

        func command(_ session: Session) async throws -> Command {
            .revokeGrant(RevokeGrant(grant: self.grant, reason: self.reason))
        }
    }
}
