import ChatWire
import HTTPWire
import NIOCore

/// What an exchange needs of what its request came by: a connection of HTTP/1.1, or one stream of HTTP/2.
///
/// The other way a front hands over a whole request, and then says two things: that the client reads too slowly or
/// reads again, and that it has left. An exchange knows no more of it. Heads are written as HTTP/1.1 has them, without
/// what frames the body and what says how the connection goes on: those are the front's own.
///
/// The set is closed, so that a call is a branch, and no box stands between HTTP/1.1 and its exchange.
enum Front {
    case connection(ConnectionHandler)
    case stream(StreamHandler)

    /// Refuses the request that is being read: another needs the room for its body.
    func giveWay() {
        switch self {
        case .connection(let front): front.giveWay()
        case .stream(let front): front.giveWay()
        }
    }

    /// Whether more can be sent without it piling up here.
    var isWritable: Bool {
        switch self {
        case .connection(let front): front.isWritable
        case .stream(let front): front.isWritable
        }
    }

    /// Sends a whole answer in one write, its body with some texts in it changed. The exchange is over.
    func answer(_ body: ByteBuffer, _ edits: AnswerEdits = AnswerEdits(), _ head: (inout WireText) -> Void) {
        switch self {
        case .connection(let front): front.answer(body, edits, head)
        case .stream(let front): front.answer(body, edits, head)
        }
    }

    /// Takes the head of an answer that comes in pieces.
    func begin(_ head: (inout WireText) -> Void) {
        switch self {
        case .connection(let front): front.begin(head)
        case .stream(let front): front.begin(head)
        }
    }

    /// Takes a piece of the answer; it goes out with the next ``flush()`` or with the end.
    func send(_ piece: ByteBuffer) {
        switch self {
        case .connection(let front): front.send(piece)
        case .stream(let front): front.send(piece)
        }
    }

    /// Sends what was taken.
    func flush() {
        switch self {
        case .connection(let front): front.flush()
        case .stream(let front): front.flush()
        }
    }

    /// Sends what was taken, and the answer's end. The exchange is over.
    func end() {
        switch self {
        case .connection(let front): front.endAnswer()
        case .stream(let front): front.endAnswer()
        }
    }
}
