import NIOConcurrencyHelpers

/// Counts who is using a thing, so that it is closed by the last of them and never under somebody's hands.
///
/// SQLite crashes when a closed connection is used, and GRDB does not stand in between for reads.
final class OpenUses: Sendable {
    private struct State {
        var active = 0
        var isClosing = false
    }

    private let state = NIOLockedValueBox(State())

    /// Notes a use, or says that it is too late. Each use that began is to end.
    func begin() -> Bool {
        self.state.withLockedValue { state in
            guard !state.isClosing else { return false }
            state.active += 1
            return true
        }
    }

    /// Ends a use; true if it was the last of something that is to be closed, which is then the caller's to do.
    func end() -> Bool {
        self.state.withLockedValue { state in
            state.active -= 1
            return state.isClosing && state.active == 0
        }
    }

    /// Lets no further use begin; true, once, if nobody uses it, so that closing is the caller's to do now.
    func close() -> Bool {
        self.state.withLockedValue { state in
            guard !state.isClosing else { return false }
            state.isClosing = true
            return state.active == 0
        }
    }
}
