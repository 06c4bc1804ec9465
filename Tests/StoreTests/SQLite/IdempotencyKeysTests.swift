import ReleaseModel
import Store
import Testing

@Suite("An idempotency key")
struct IdempotencyKeysTests {
    private static let scope = IdempotencyScope(principal: "per_a", route: "command", key: "k1")
    private static let answer = KeptAnswer(status: 201, body: #"{"entries":[]}"#)

    @Test("gives the first answer again, word for word", arguments: StoreUnderTest.all)
    func replay(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let keys = opened.store.idempotency
        let body = try Sample.digest(1)
        #expect(try await keys.begin(Self.scope, body: body, at: Sample.time(0)) == .first)
        #expect(try await keys.begin(Self.scope, body: body, at: Sample.time(1)) == .running)
        try await keys.finish(Self.scope, with: Self.answer)
        #expect(try await keys.begin(Self.scope, body: body, at: Sample.time(2)) == .finished(Self.answer))
    }

    @Test("is refused with another body, running or done", arguments: StoreUnderTest.all)
    func differs(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let keys = opened.store.idempotency
        _ = try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0))
        #expect(try await keys.begin(Self.scope, body: Sample.digest(2), at: Sample.time(1)) == .differs)
        try await keys.finish(Self.scope, with: Self.answer)
        #expect(try await keys.begin(Self.scope, body: Sample.digest(2), at: Sample.time(1)) == .differs)
    }

    @Test("of another caller or another route is another key", arguments: StoreUnderTest.all)
    func scopes(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let keys = opened.store.idempotency
        _ = try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0))
        for scope in [
            IdempotencyScope(principal: "per_b", route: "command", key: "k1"),
            IdempotencyScope(principal: "per_a", route: "other", key: "k1"),
            IdempotencyScope(principal: "per_a", route: "command", key: "k2"),
        ] {
            #expect(try await keys.begin(scope, body: Sample.digest(2), at: Sample.time(0)) == .first)
        }
    }

    @Test("is forgotten after 24 hours, and not a millisecond before", arguments: StoreUnderTest.all)
    func lifetime(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let keys = opened.store.idempotency
        let day = IdempotencyKeys.lifetimeMilliseconds
        _ = try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0))
        try await keys.finish(Self.scope, with: Self.answer)
        let before = try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(day - 1))
        #expect(before == .finished(Self.answer))
        #expect(try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(day)) == .first)
    }

    @Test("is free again once it is given back, but not once it has an answer", arguments: StoreUnderTest.all)
    func release(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let keys = opened.store.idempotency
        _ = try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0))
        try await keys.release(Self.scope)
        #expect(try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0)) == .first)
        try await keys.finish(Self.scope, with: Self.answer)
        try await keys.release(Self.scope)
        #expect(try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0)) == .finished(Self.answer))
    }

    @Test("that a dead process held is given back at the start, answers are kept", arguments: StoreUnderTest.all)
    func unfinished(subject: StoreUnderTest) async throws {
        let opened = try subject.open()
        let keys = opened.store.idempotency
        let done = IdempotencyScope(principal: "per_a", route: "command", key: "done")
        _ = try await keys.begin(done, body: Sample.digest(1), at: Sample.time(0))
        try await keys.finish(done, with: Self.answer)
        _ = try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0))
        #expect(try await keys.releaseUnfinished() == 1)
        #expect(try await keys.begin(Self.scope, body: Sample.digest(1), at: Sample.time(0)) == .first)
        #expect(try await keys.begin(done, body: Sample.digest(1), at: Sample.time(0)) == .finished(Self.answer))
    }

    @Test("is taken by exactly one of many requests at the same time")
    func race() async throws {
        let store = try Store.inMemory()
        let body = try Sample.digest(1)
        let firsts = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await store.idempotency.begin(Self.scope, body: body, at: Sample.time(0)) == .first
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(firsts == 1)
    }
}
