import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import StrictJSON

/// Gives every answer its request id, and every error the shape of the client's own wire format.
struct ErrorsInWireShape<Context: RequestContext>: RouterMiddleware {
    let seeds: SeedSource
    let maximumBodyBytes: Int

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let requestID = self.seeds.identifier("req_")
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let fault = self.fault(from: error, path: request.uri.path, logger: context.logger)
            let body = request.wireFormat.error(fault, requestID: requestID)
            response = .json(body, status: .init(code: fault.status))
        }
        response.headers[.requestID] = requestID
        response.headers[.anthropicRequestID] = requestID
        return response
    }

    private func fault(from error: any Error, path: String, logger: Logger) -> RequestFault {
        switch error {
        case let fault as RequestFault: return fault
        case is NIOTooManyBytesError: return .tooLarge(maximumBytes: self.maximumBodyBytes)
        case let error as any HTTPResponseError where error.status == .notFound: return .unknownPath(path)
        default:
            logger.error("A request failed", metadata: ["error": "\(error)"])
            return .unexpected
        }
    }
}

extension HTTPField.Name {
    /// Where OpenAI's clients look for the request id.
    static let requestID = Self.named("x-request-id")
    /// Where Anthropic's clients look for it.
    static let anthropicRequestID = Self.named("request-id")
    static let anthropicVersion = Self.named("anthropic-version")

    private static func named(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is a token of RFC 9110") }
        return field
    }
}

extension Request {
    /// Anthropic's clients say so in a header on every request, also where the path is the same.
    var wireFormat: WireFormat {
        self.headers[.anthropicVersion] != nil || self.uri.path.hasPrefix("/v1/messages") ? .anthropic : .openAI
    }
}

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        let body = ByteBuffer(bytes: value.canonical)
        return Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}
