import ArgumentParser
import ReleaseModel
import Testing

@testable import sluice

/// The nouns that talk to a server or read a log.
let nouns: [any ParsableCommand.Type] = [
    ModelCommand.self, VersionCommand.self, ComponentCommand.self, OrganisationCommand.self, ApplicationCommand.self,
    PersonCommand.self, GrantCommand.self, ProposalCommand.self, KeyCommand.self, TermsCommand.self,
    EvidenceCommand.self, AccessCommand.self, LogCommand.self, RequestCommand.self,
    ReleaseCommand.self,
]

/// The command that a line says, with `'…'` kept together.
func parsed(_ line: String) throws -> any ParsableCommand {
    let words = line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
        index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
    }
    let noun = try #require(nouns.first { $0.configuration.commandName == words.first })
    return try noun.parseAsRoot(Array(words.dropFirst()))
}

private let digest = "sha256:" + String(repeating: "a", count: 64)
private let person = Known.person.description
private let proposal = Known.proposal.description
private let grant = Known.grant.description
private let rollout = RolloutID(bits: 11).description
private let evidence = EvidenceID(bits: 9).description

@Suite("A command line")
struct VerbTests {
    static let lines: [(line: String, verb: any ParsableCommand.Type)] = [
        ("model add aurora --display-name 'Aurora One' --listed --dry-run", ModelCommand.Add.self),
        ("model list --output json", ModelCommand.List.self),
        ("model show aurora --server http://[::1]:7081 --key-file k", ModelCommand.Show.self),
        ("model hold aurora --reason 'incident 7'", ModelCommand.Hold.self),
        ("model resume aurora --reason over", ModelCommand.Resume.self),
        (
            "version add aurora-1.0 --model aurora --upstream sample --upstream-model a --digest \(digest) --parent v",
            VersionCommand.Add.self
        ),
        ("version list --model aurora", VersionCommand.List.self),
        ("version show aurora-1.0", VersionCommand.Show.self),
        ("version make-current aurora-1.0", VersionCommand.MakeCurrent.self),
        (
            "component add --version v --kind model_card --digest \(digest) --licence MIT --audience auditors",
            ComponentCommand.Add.self
        ),
        ("component add --version v --kind datasets --withheld-reason 'personal data'", ComponentCommand.Add.self),
        ("component list --version v", ComponentCommand.List.self),
        ("component show cmp_00000000000000000000000009", ComponentCommand.Show.self),
        (
            """
            evidence attach report.pdf --version v --kind red-team-report --method m --issuer i --limits 'no voice' \
            --made-at 2027-01-01 --valid-until 2027-07-01 --subject \(digest)
            """, EvidenceAttaching.self
        ),
        ("release heartbeat \(rollout) --control output-filter --at 2027-01-01", HeartbeatReporting.self),
        ("evidence list --version v", EvidenceCommand.List.self),
        ("evidence show \(evidence)", EvidenceCommand.Show.self),
        ("evidence save \(evidence) --out f", EvidenceCommand.Save.self),
        ("evidence accept \(evidence) --reasons thorough --digest \(digest)", EvidenceCommand.Accept.self),
        ("evidence refuse \(evidence) --reasons 'too few languages'", EvidenceCommand.Refuse.self),
        ("evidence withdraw \(evidence) --reason leaked", EvidenceCommand.Withdraw.self),
        ("organisation add lab", OrganisationCommand.Add.self),
        ("organisation list", OrganisationCommand.List.self),
        ("application add first-app --organisation lab", ApplicationCommand.Add.self),
        ("application list", ApplicationCommand.List.self),
        ("application show first-app", ApplicationCommand.Show.self),
        ("application enrol first-app --model aurora", ApplicationCommand.Enrol.self),
        (
            "person add Carol --email c@example.org --roles viewer,auditor --registration slp_abcdefgh:\(digest)",
            PersonCommand.Add.self
        ),
        ("person list", PersonCommand.List.self),
        ("person show \(person)", PersonCommand.Show.self),
        ("person roles \(person) --roles viewer", PersonCommand.Roles.self),
        ("person erase \(person) --reason asked", PersonCommand.Erase.self),
        ("grant propose --application a --model m", GrantProposing.self),
        (
            """
            grant propose --application a --model m --intent research --population trusted --modality api \
            --exposure sandbox --entitlement logprobs --entitlement pinned_version=2027-01-01T00:00:00Z --use u \
            --region eu --requests-per-minute 1 --tokens-per-minute 2 --concurrency 3 --maximum-output-tokens 4 \
            --terms t@1 --opens 2027-01-01 --expires 2027-12-31
            """, GrantProposing.self
        ),
        ("grant approve \(proposal)", GrantCommand.Approve.self),
        ("grant list --application a", GrantCommand.List.self),
        ("grant show \(grant)", GrantCommand.Show.self),
        ("grant revoke \(grant) --reason over", GrantCommand.Revoke.self),
        ("proposal list", ProposalCommand.List.self),
        ("proposal show \(proposal)", ProposalCommand.Show.self),
        ("proposal approve \(proposal) --digest \(digest)", ProposalCommand.Approve.self),
        ("proposal reject \(proposal) --reason no", ProposalCommand.Reject.self),
        ("key new --kind person --out f", KeyCommand.New.self),
        (
            "key issue --application a --kind api --intent research --exposure sandbox --use u --expires 2027-01-01",
            KeyIssuing.self
        ),
        ("key list", KeyCommand.List.self),
        ("key revoke slk_abcdefgh --reason lost", KeyCommand.Revoke.self),
        ("terms publish use --version 1 --file t --url https://example.org", TermsCommand.Publish.self),
        ("terms list", TermsCommand.List.self),
        ("terms accept use@1 --key-file k", TermsCommand.Accept.self),
        ("access explain --model m --key abcdefgh --field logprobs seed --region eu", AccessCommand.Explain.self),
        ("access explain --model m --application a", AccessCommand.Explain.self),
        ("request show \(RequestID(bits: 1))", RequestCommand.Show.self),
        ("request tail --data d --follow --model aurora --outcome completed", RequestTail.self),
        ("log tail --log control --data d --follow --object \(person)", LogTail.self),
        ("log verify --log access --data d", LogVerify.self),
        ("log prove --log control --data d --index 7 --out f.tlog-proof --entry e", LogProve.self),
        ("log fsck --log control --data d", LogFsck.self),
        ("release list --model m", ReleaseCommand.List.self),
        ("release status \(rollout)", ReleaseCommand.Status.self),
        ("release watch \(rollout) --seconds 3", ReleaseCommand.Watch.self),
        ("release watch \(rollout) --once --output json", ReleaseCommand.Watch.self),
        ("release start \(rollout) --not-before 2027-01-31", ReleaseCommand.Start.self),
        ("release advance \(rollout)", ReleaseCommand.Advance.self),
        ("release resume \(rollout) --dry-run", ReleaseCommand.Resume.self),
        ("release override \(rollout) --reason late", ReleaseCommand.Override.self),
        ("release supersede \(rollout) --by \(rollout) --reason newer", ReleaseCommand.Supersede.self),
        ("release withdraw \(rollout) --signed plan", ReleaseCommand.Withdraw.self),
        ("release hold \(rollout) --reason look", ReleaseCommand.Hold.self),
        ("release step-back \(rollout) --reason look", ReleaseCommand.StepBack.self),
        ("release roll-back \(rollout) --reason look --dry-run", ReleaseCommand.RollBack.self),
        ("release abort \(rollout) --reason look", ReleaseCommand.Abort.self),
        ("release dismiss \(rollout) --person \(person) --reason left", ReleaseCommand.Dismiss.self),
        ("release remove \(rollout) --application app --account ada --reason abuse", ReleaseCommand.Remove.self),
        ("release restore \(rollout) --application app", ReleaseCommand.Restore.self),
        ("release report \(rollout) --kind incident --severity critical", ReleaseCommand.Report.self),
        ("release drill", ReleaseCommand.Drill.self),
        ("release draw \(rollout) --data d", ReleaseCommand.Draw.self),
    ]

    @Test("is understood for every verb", arguments: lines.indices)
    func understood(index: Int) throws {
        let (line, verb) = Self.lines[index]
        #expect(type(of: try parsed(line)) == verb, "\(line)")
    }

    @Test("stands in the table for every verb that there is")
    func complete() {
        let known = Set(Self.lines.map { ObjectIdentifier($0.verb) })
        for noun in nouns {
            for verb in noun.configuration.subcommands {
                #expect(known.contains(ObjectIdentifier(verb)), "\(verb)")
            }
        }
    }

    @Test(
        "is refused with what to write instead",
        arguments: [
            ("model add 'two words'", "beginning with a letter or digit"), ("model hold aurora", "--reason"),
            ("grant revoke \(grant)", "--reason"), ("key revoke abcdefgh", "--reason"),
            ("grant show grt_1", "the identifier grt_…"),
            ("grant propose --model m", "--application or --organisation"),
            ("grant propose --application a --model m --entitlement logprob", "did you mean logprobs?"),
            ("grant propose --application a --model m --expires 2027-02-29", "is not a moment such as"),
            ("person roles \(person) --roles viewer,admn", "did you mean admin?"),
            ("person add C --email e --roles viewer --registration slk_abcdefgh:\(digest)", "begins with slp_"),
            ("key issue --application a --registration slk_abcdefgh:\(digest) --out f", "nothing to write"),
            ("key issue --kind api", "--application or --person"),
            ("access explain --model m", "--key or --application"), ("log tail --data d", "--log"),
            ("log tail --log both --data d", "both"), ("component add --version v", "--kind"),
        ])
    func refused(line: String, expected: String) {
        do {
            _ = try parsed(line)
            Issue.record("\(line) was taken")
        } catch {
            let message = LogCommand.fullMessage(for: error)
            #expect(message.contains(expected), "\(message)")
            #expect(LogCommand.exitCode(for: error) == .validationFailure)
        }
    }

    @Test("never repeats a key that was written where its public part belongs")
    func secrets() throws {
        var generator = SystemRandomNumberGenerator()
        let key = KeyText(kind: .api, using: &generator).text
        for line in [
            "key revoke \(key) --reason lost", "access explain --model m --key \(key)",
            "key issue --application a --registration \(key)",
            "person add C --email e --roles viewer --registration \(key)",
        ] {
            let error = #expect(throws: (any Error).self) { try parsed(line) }
            let message = LogCommand.fullMessage(for: try #require(error))
            #expect(!message.contains(key.suffix(20)), "\(message)")
        }
    }

    @Test("is explained in complete sentences")
    func help() {
        for noun in nouns {
            for command in [noun] + noun.configuration.subcommands {
                let abstract = command.configuration.abstract
                #expect(abstract.hasSuffix(".") && abstract.first?.isUppercase == true, "\(command): \(abstract)")
            }
        }
    }
}
