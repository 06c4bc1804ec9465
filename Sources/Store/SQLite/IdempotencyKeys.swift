import GRDB
public import ReleaseModel

/// What a caller's idempotency key stands for: the same key of another caller or for another route is another request.
public struct IdempotencyScope: Hashable, Sendable {
    /// The longest key that is taken, in characters.
    public static let maximumKeyLength = 255

    /// Who asks, as the ledger names them.
    public var principal: String
    /// The operation.
    public var route: String
    /// What the caller chose; 1 to 255 characters.
    public var key: String

    /// The scope of one request.
    public init(principal: String, route: String, key: String) {
        self.principal = principal
        self.route = route
        self.key = key
    }
}

/// An answer that is given again, word for word.
public struct KeptAnswer: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body as text.
    public var body: String

    /// An answer.
    public init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}

/// Requests by their idempotency key, with the rules that Stripe's API made customary
/// (docs.stripe.com/api/idempotent_requests): for 24 hours the first answer, errors of ours included, is given again.
public struct IdempotencyKeys: Sendable {
    /// How long an answer is kept: 24 h.
    public static let lifetimeMilliseconds: Int64 = 24 * 3_600_000

    /// What is to be done with a request.
    public enum Beginning: Hashable, Sendable {
        /// The first of its key: do it, then ``IdempotencyKeys/finish(_:with:)`` or ``IdempotencyKeys/release(_:)`` it.
        case first
        /// It was done: give this answer.
        case finished(KeptAnswer)
        /// It is being done at this moment.
        case running
        /// The key came with another body before.
        case differs
    }

    let store: Store

    /// Takes the key for a request whose body has this digest, or says why not.
    ///
    /// One transaction, so of two requests at the same time exactly one is the first.
    public func begin(
        _ scope: IdempotencyScope, body: ContentDigest, at now: Timestamp
    ) async throws(StoreFault) -> Beginning {
        try await self.store.write("begin a request with an idempotency key") { database in
            try database.execute(
                sql: "DELETE FROM idempotency WHERE begun <= ?",
                arguments: [now.advanced(milliseconds: -Self.lifetimeMilliseconds).milliseconds])
            let row = try Row.fetchOne(
                database,
                sql: "SELECT body, status, answer FROM idempotency WHERE principal = ? AND route = ? AND key = ?",
                arguments: Self.arguments(scope))
            guard let row else {
                try database.execute(
                    sql: "INSERT INTO idempotency (principal, route, key, body, begun) VALUES (?, ?, ?, ?, ?)",
                    arguments: Self.arguments(scope) + [body.description, now.milliseconds])
                return .first
            }
            guard row["body"] as String == body.description else { return .differs }
            guard let status = row["status"] as Int?, let answer = row["answer"] as String? else { return .running }
            return .finished(KeptAnswer(status: status, body: answer))
        }
    }

    /// Keeps the answer of a request that ``begin(_:body:at:)`` called the first.
    public func finish(_ scope: IdempotencyScope, with answer: KeptAnswer) async throws(StoreFault) {
        try await self.store.write("keep an answer") { database in
            try database.execute(
                sql: "UPDATE idempotency SET status = ?, answer = ? WHERE principal = ? AND route = ? AND key = ?",
                arguments: [answer.status, answer.body] + Self.arguments(scope))
        }
    }

    /// Gives the key back, because the request did nothing: a repeat is the first again.
    public func release(_ scope: IdempotencyScope) async throws(StoreFault) {
        try await self.store.write("give an idempotency key back") { database in
            try database.execute(
                sql: "DELETE FROM idempotency WHERE principal = ? AND route = ? AND key = ? AND status IS NULL",
                arguments: Self.arguments(scope))
        }
    }

    /// Gives back the keys of requests that a process left unfinished when it died; call it once at the start.
    ///
    /// Answers how many there were.
    @discardableResult
    public func releaseUnfinished() async throws(StoreFault) -> Int {
        try await self.store.write("give unfinished idempotency keys back") { database in
            try database.execute(sql: "DELETE FROM idempotency WHERE status IS NULL")
            return database.changesCount
        }
    }

    private static func arguments(_ scope: IdempotencyScope) -> StatementArguments {
        [scope.principal, scope.route, scope.key]
    }
}
