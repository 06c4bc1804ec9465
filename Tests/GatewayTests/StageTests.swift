import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import StrictJSON
import Testing

@testable import Gateway

private let answerBody =
    #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","#
    + #""content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#
private let answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(answerBody.utf8.count)\r\n\r\n\(answerBody)"
private let question = #"{"model":"aurora","max_tokens":10,"messages":[{"role":"user","content":"hello"}]}"#

@Suite("A stage that is capped")
struct StageTests {
    /// Runs a gateway before an upstream that counts who served.
    private func serve(
        _ staged: StagedWorld, _ body: (RunningGateway, FixedUpstream) async throws -> Void
    ) async throws {
        let upstream = try await FixedUpstream(answer: answer)
        try await RunningGateway.with(staged.world.current, upstreamPort: upstream.port, staged: staged) { gateway in
            try await body(gateway, upstream)
        }
        try await upstream.close()
    }

    private func statuses(
        _ count: Int, _ gateway: RunningGateway, _ staged: StagedWorld, account: @escaping @Sendable (Int) -> String?
    ) async throws -> [String: Int] {
        let key = staged.world.current.admitted.text
        return try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<count {
                group.addTask {
                    let text = try await gateway.chat(key, body: question, account: account(number))
                    let code = text.firstMatch(of: /"code":"(\w+)"/).map { " \($0.1)" } ?? ""
                    return String(text.dropFirst(9).prefix(3)) + code
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    private func candidates(_ upstream: FixedUpstream) -> Int {
        upstream.requests.count { $0.contains("upstream-candidate") }
    }

    @Test("serves its budget of exposure by the candidate, and everybody else by the baseline")
    func exposure() async throws {
        let staged = try StagedWorld(stage: #""audience":{"cohorts":["all"]},"exposureBudget":{"initial":12}"#)
        try staged.lend()
        try await self.serve(staged) { gateway, upstream in
            let seen = try await self.statuses(80, gateway, staged) { "user-\($0)" }
            #expect(seen == ["200": 80])
            #expect(self.candidates(upstream) == 12)
            // Whoever lends has gone: nothing more is served by the candidate.
            let later = try await self.statuses(10, gateway, staged) { "user-\($0)" }
            #expect(later == ["200": 10] && self.candidates(upstream) == 12)
        }
    }

    @Test("tells those who have no baseline: first that it is being decided, then that the stage is full")
    func noBaseline() async throws {
        let staged = try StagedWorld(
            stage: #""audience":{"cohorts":["all"]},"exposureBudget":{"initial":12}"#, hasBaseline: false)
        try await self.serve(staged) { gateway, upstream in
            let early = try await self.statuses(5, gateway, staged) { "user-\($0)" }
            #expect(early == ["503 stage_pending": 5])
            try staged.lend()
            let seen = try await self.statuses(40, gateway, staged) { "user-\($0)" }
            #expect(seen == ["200": 12, "503 stage_pending": 28])
            try staged.lend()
            let late = try await self.statuses(5, gateway, staged) { "user-\($0)" }
            #expect(late == ["403 stage_full": 5] && self.candidates(upstream) == 12)
            #expect(gateway.gateway.inFlight == 0, "what was refused holds no place")
        }
    }

    @Test("counts requests of a day, over all applications")
    func perDay() async throws {
        let staged = try StagedWorld(stage: #""audience":{"cohorts":["all"]},"caps":{"requestsPerDay":7}"#)
        try staged.lend()
        try await self.serve(staged) { gateway, upstream in
            let seen = try await self.statuses(30, gateway, staged) { "user-\($0)" }
            #expect(seen == ["200": 30])
            #expect(self.candidates(upstream) == 7)
        }
    }

    @Test("lets in as many people as it has places, keeps them, and tells the others")
    func people() async throws {
        let staged = try StagedWorld(
            stage: #""audience":{"cohorts":["all"],"people":{"max":4}}"#, plan: #""bucketing":{"unit":"account"},"#,
            hasBaseline: false)
        try await self.serve(staged) { gateway, upstream in
            let first = try await self.statuses(20, gateway, staged) { "user-\($0 % 10)" }
            #expect(first == ["503 stage_pending": 20])
            staged.hear()
            gateway.rules.replace(with: try staged.snapshot())
            for _ in 0..<3 {
                let seen = try await self.statuses(20, gateway, staged) { "user-\($0 % 10)" }
                #expect(seen == ["200": 8, "403 stage_full": 12])
                staged.hear()
                gateway.rules.replace(with: try staged.snapshot())
            }
            let nameless = try await self.statuses(2, gateway, staged) { _ in nil }
            #expect(nameless == ["403 account_missing": 2])
            #expect(self.candidates(upstream) == 24)
        }
        let members = staged.rollout.admissions.counts(ofStage: 0, at: staged.rollout.stageOpened)
        #expect(members?.people == 4)
    }

    @Test("queues those beyond this week's invitations, and says which place they have")
    func queue() async throws {
        let staged = try StagedWorld(
            stage: #""audience":{"cohorts":["all"],"invitationsPerWeek":3}"#, plan: #""bucketing":{"unit":"account"},"#,
            hasBaseline: false)
        try await self.serve(staged) { gateway, _ in
            _ = try await self.statuses(10, gateway, staged) { "user-\($0)" }
            staged.hear()
            gateway.rules.replace(with: try staged.snapshot())
            let seen = try await self.statuses(10, gateway, staged) { "user-\($0)" }
            #expect(seen == ["200": 3, "403 stage_queued": 7])
        }
    }

    @Test("serves those who have no place by the baseline, if there is one, and hears them all the same")
    func placesBesideBaseline() async throws {
        let staged = try StagedWorld(
            stage: #""audience":{"cohorts":["all"],"people":{"max":2}}"#, plan: #""bucketing":{"unit":"account"},"#)
        try await self.serve(staged) { gateway, upstream in
            let early = try await self.statuses(9, gateway, staged) { "user-\($0)" }
            #expect(early == ["200": 9])
            #expect(self.candidates(upstream) == 0)
            staged.hear()
            gateway.rules.replace(with: try staged.snapshot())
            let late = try await self.statuses(9, gateway, staged) { "user-\($0)" }
            #expect(late == ["200": 9])
            #expect(self.candidates(upstream) == 2)
        }
    }

    @Test("limits each application exactly, beside what its grant allows")
    func rate() async throws {
        let staged = try StagedWorld(
            stage: #""audience":{"cohorts":["all"]},"caps":{"requestsPerMinutePerApp":9}"#,
            limits: Limits(requestsPerMinute: 50))
        try await self.serve(staged) { gateway, upstream in
            let seen = try await self.statuses(60, gateway, staged) { "user-\($0)" }
            #expect(seen["200"] == 9 && seen["429 ramp_limit_exceeded"] == 51)
            #expect(self.candidates(upstream) == 9)
            try await eventually { gateway.gateway.inFlight == 0 }
        }
    }

    @Test("bounds the length of answers, beside what the grant allows")
    func outputTokens() async throws {
        let staged = try StagedWorld(
            stage: #""audience":{"cohorts":["all"]},"caps":{"outputTokensPerRequest":9}"#)
        try await self.serve(staged) { gateway, upstream in
            let tooLong = try await self.statuses(1, gateway, staged) { _ in "u" }
            #expect(tooLong == ["400 invalid_value": 1])
            let text = try await gateway.chat(
                staged.world.current.admitted.text,
                body: #"{"model":"aurora","messages":[{"role":"user","content":"hello"}]}"#, account: "u")
            #expect(text.hasPrefix("HTTP/1.1 200"))
            #expect(upstream.requests.last?.contains(#""max_tokens":9"#) == true)
        }
    }

    @Test("serves nobody by the candidate whom people removed, and everybody again when they are restored")
    func removed() async throws {
        for (hasBaseline, refusal) in [(true, ["200": 4]), (false, ["403 stage_removed": 4])] {
            let staged = try StagedWorld(hasBaseline: hasBaseline)
            let world = staged.world.current
            guard case .application(let application)? = world.registry.keys[world.admitted.id]?.owner else {
                Issue.record("the key is an application's")
                return
            }
            let named = try #require(AudienceUnit(application, account: "ada"))
            let ada = try #require(staged.masking.masked(named))
            try await self.serve(staged) { gateway, upstream in
                func ask(_ user: String) async throws -> [String: Int] {
                    try await self.statuses(4, gateway, staged) { _ in user }
                }
                try await self.expect(["200": 4], 4, of: upstream, ask("ada"))
                try staged.command(.remove(ada, reason: "abuse"))
                gateway.rules.replace(with: try staged.snapshot())
                try await self.expect(refusal, 4, of: upstream, ask("ada"))
                try await self.expect(["200": 4], 8, of: upstream, ask("bert"))
                try staged.command(.remove(AudienceUnit(application), reason: "abuse"))
                gateway.rules.replace(with: try staged.snapshot())
                try await self.expect(refusal, 8, of: upstream, ask("bert"))
                try staged.restore(AudienceUnit(application))
                gateway.rules.replace(with: try staged.snapshot())
                try await self.expect(["200": 4], 12, of: upstream, ask("bert"))
                try await self.expect(refusal, 12, of: upstream, ask("ada"))
            }
        }
    }

    /// What clients saw, and how many requests the candidate has had by then.
    private func expect(
        _ expected: [String: Int], _ candidates: Int, of upstream: FixedUpstream, _ seen: [String: Int]
    ) {
        #expect(seen == expected && self.candidates(upstream) == candidates)
    }

    @Test("writes into each admission of which block of which budget it was taken")
    func leases() async throws {
        let staged = try StagedWorld(stage: #""audience":{"cohorts":["all"]},"exposureBudget":{"initial":3}"#)
        try staged.lend()
        try await self.serve(staged) { gateway, _ in
            _ = try await self.statuses(5, gateway, staged) { "user-\($0)" }
            try await eventually { gateway.log.size == 10 }
            var leases: [JSONValue?] = []
            try LogReader(directory: gateway.directory).entries(0..<gateway.log.size) { _, bytes in
                let entry = try JSONValue(parsing: bytes)
                if entry["kind"] == "request.admitted" { leases.append(entry["leases"]) }
            }
            let block = JSONValue.string("\(staged.door.gateway)/1")
            #expect(leases.compactMap(\.self) == Array(repeating: ["budget": block], count: 3))
            #expect(leases.count == 5, "the baseline's draw on no budget")
        }
    }

    @Test("bounds what the answers to one request come to together")
    func severalAnswers() async throws {
        let staged = try StagedWorld(stage: #""audience":{"cohorts":["all"]},"caps":{"outputTokensPerRequest":9}"#)
        try await self.serve(staged) { gateway, upstream in
            func ask(_ options: String) async throws -> String {
                let body = #"{"model":"aurora",\#(options)"messages":[{"role":"user","content":"hello"}]}"#
                return try await gateway.chat(staged.world.current.admitted.text, body: body, account: "u")
            }
            let shared = try await ask(#""n":3,"#)
            #expect(shared.hasPrefix("HTTP/1.1 200"))
            #expect(upstream.requests.last?.contains(#""max_tokens":3"#) == true)
            for options in [#""n":3,"max_tokens":4,"#, #""n":10,"#] {
                let tooMany = try await ask(options)
                #expect(tooMany.hasPrefix("HTTP/1.1 400") && upstream.requests.count == 1)
            }
        }
    }
}
