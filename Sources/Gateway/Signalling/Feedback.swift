public import ReleaseModel
public import Signals

/// What an application says of an answer that it got.
public struct Feedback: Hashable, Sendable {
    /// Who says it.
    public var application: ApplicationID
    /// The request, by the identifier that its answer had.
    public var request: RequestID
    /// What was thought of the answer.
    public var rating: Report.Rating

    /// Feedback with all its fields.
    public init(application: ApplicationID, request: RequestID, rating: Report.Rating) {
        self.application = application
        self.request = request
        self.rating = rating
    }
}

/// What became of feedback. An application learns no more of it: whether its request counts in a rollout is not its
/// business.
public enum FeedbackAnswer: Hashable, Sendable {
    /// It was heard. If the request counts in a rollout that is under way, so does the feedback, once.
    case heard
    /// No request with this identifier is known of the application.
    case unknownRequest
    /// As much was said of the rollout as is kept.
    case tooMuch
    /// It cannot be kept just now.
    case unavailable
}

/// Where feedback is handed in.
public typealias FeedbackDesk = @Sendable (Feedback) async -> FeedbackAnswer
