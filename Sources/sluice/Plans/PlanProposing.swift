import ArgumentParser
import Ledger
import PlanFiles
import ReleaseModel
import StageControl
import StrictJSON

// What makes a rollout of a plan, and what people do before it opens anything: with a server.
extension PlanCommand {
    struct Propose: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Make a rollout of a plan and put it before those who approve.")

        @OptionGroup var plan: PlanArgument
        @Option(
            help: ArgumentHelp(
                "The file with the secret seed that the plan commits to: 32 bytes, or their hexadecimal digits.",
                valueName: "file"))
        var seedFile: String?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            var body: [String: JSONValue] = ["plan": try PlanDraft(reading: self.plan.file).plan.document]
            if let seedFile { body["seed"] = .string(Self.seed(try LocalFile.bytes(seedFile))) }
            let answer = try await session.client.send(
                .post("/v1/plans", [], .object(body), idempotencyKey: session.freshKey()))
            try session.tell(answer)
        }

        /// 32 bytes as they were drawn, or their hexadecimal digits.
        private static func seed(_ bytes: [UInt8]) -> String {
            if bytes.count == 32 { return Hexadecimal.encode(bytes) }
            return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        }
    }

    struct Revise: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Replace the plan of a rollout that has not been started, and put it before those who approve.",
            discussion: """
                All signatures are void, and who revises a plan does not sign for it. 'sluice plan fetch' and 'sluice \
                plan diff' say what is another.
                """)

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var plan: PlanArgument
        @Option(help: "Why; it stands in the log.") var reason: String
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let plan = SealedPlan(try PlanDraft(reading: self.plan.file).plan)
            try await session.perform(
                .revise(plan, reason: self.reason), on: self.rollout.rollout, dryRun: self.giving.dryRun)
        }
    }

    struct Approve: RolloutVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for a rollout's plan, bound to its digest and to the evidence as it stands now.",
            discussion: """
                What is signed is first said, with the digest of exactly that, which is computed on this side. Whoever \
                wrote the plan cannot sign. With --plan it is signed only if the digest is this one.
                """)

        @OptionGroup var rollout: RolloutArgument
        @Option(
            help: ArgumentHelp("The digest of the plan that you read.", valueName: "sha256:…"),
            transform: OptionText.digest)
        var plan: ContentDigest?
        @OptionGroup var giving: GivingOptions

        func give(_ session: Session) async throws {
            let plan = try await session.plan(of: self.rollout.rollout)
            if let pinned = self.plan, pinned != plan.digest {
                throw CommandFault(
                    .conflict,
                    "\(self.rollout.rollout) has the plan \(plan.digest), not the one that was given; read it again")
            }
            session.terminal.say("The plan \(plan.digest) releases \(plan.spec.candidate) of \(plan.spec.model):")
            session.terminal.say(PlanTables(plan).stages.text(width: nil, isColoured: false))
            try await session.sign(
                .openPlan, of: self.rollout.rollout, plan: plan.digest, dryRun: self.giving.dryRun)
        }
    }

    struct Fetch: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Print the plan of a rollout, with every default written out, for 'plan show -' and 'plan diff'.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let document = try await session.plan(of: self.rollout.rollout).document
            switch session.output {
            case .json: session.terminal.line(document.canonicalText)
            case .table: session.terminal.write(PlanFile.yaml(document))
            }
        }
    }
}
