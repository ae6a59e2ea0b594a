import HTTPTypes
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("An error body")
struct ErrorBodyTests {
  struct Case: Sendable {
    var body: String
    var message: String
    var form: ErrorBody.Form
    var type: String?
    var code: String?
    var parameter: String?
  }

  @Test(
    "is read in every protocol",
    arguments: [
      Case(
        body: #"{"error":{"message":"No such model","type":"NotFoundError","param":"model","code":404}}"#,
        message: "No such model", form: .errorObject, type: "NotFoundError", code: "404", parameter: "model"),
      Case(
        body: #"{"error":{"message":"Slow down","type":"throttling_error","param":null,"code":"429"}}"#,
        message: "Slow down", form: .errorObject, type: "throttling_error", code: "429"),
      Case(
        body: #"{"error":{"object":"error","message":"Engine gone","type":"BadRequestError","param":null,"code":400}}"#,
        message: "Engine gone", form: .errorObject, type: "BadRequestError", code: "400"),
      Case(
        body: #"{"object":"error","message":"No such model","type":"NotFoundError","param":null,"code":404}"#,
        message: "No such model", form: .flatObject, type: "NotFoundError", code: "404"),
      Case(body: #"{"error":"Unauthorized"}"#, message: "Unauthorized", form: .errorText),
      Case(
        body: #"{"error":"No model","error_type":"Input Validation Error"}"#, message: "No model", form: .errorText,
        type: "Input Validation Error"),
      Case(
        body: #"{"type":"NotFoundError","error":"No model"}"#, message: "No model", form: .errorText,
        type: "NotFoundError"),
      Case(
        body: #"{"error":"{\"Error\": \"prompt missing\", \"error_type\": \"validation\"}","error_type":"Input"}"#,
        message: "prompt missing", form: .errorText, type: "Input"),
      Case(body: #"{"detail":"Not Found"}"#, message: "Not Found", form: .detail),
      Case(
        body:
          #"{"detail":[{"type":"missing","loc":["body","prompt"],"msg":"Field required"},{"loc":["body",3],"msg":"x"}]}"#,
        message: "body.prompt: Field required; body.3: x", form: .detail, type: "missing", parameter: "prompt"),
      Case(
        body: #"{"error_msg":"Backend timeout","error_code":"APIG.0203","request_id":"r1"}"#,
        message: "Backend timeout", form: .gateway, code: "APIG.0203"),
      Case(body: #"{"message":"Body too large"}"#, message: "Body too large", form: .message),
      Case(body: #"{"message":"Bad node","no_contact_node":["n1"]}"#, message: "Bad node: n1", form: .message),
      Case(
        body: "\r\n<html><head><TITLE>502 Bad Gateway</TITLE></head><body>x</body></html>",
        message: "502 Bad Gateway", form: .html),
      Case(body: "<!doctype html><p>Just <b>words</b>\n here", message: "Just words here", form: .html),
      Case(body: "Server internal error", message: "Server internal error", form: .text),
      Case(body: "two\nlines\u{0}", message: "two lines ", form: .text), Case(body: "", message: "", form: .empty),
      Case(body: " \n", message: "", form: .empty), Case(body: #""quoted""#, message: "quoted", form: .otherJSON),
      Case(body: #"{"b":1,"a":[2]}"#, message: #"{"a":[2],"b":1}"#, form: .otherJSON),
      Case(body: #"{"error":{}}"#, message: #"{"error":{}}"#, form: .errorObject),
      Case(body: #"{"error": cut"#, message: #"{"error": cut"#, form: .text),
    ])
  func dialects(expected: Case) {
    let body = ErrorBody(Array(expected.body.utf8))
    #expect(body.message == expected.message)
    #expect(body.form == expected.form)
    #expect(body.type == expected.type)
    #expect(body.code == expected.code)
    #expect(body.parameter == expected.parameter)
  }

  @Test("stays short whatever the server sends")
  func bounded() {
    for body in [
      String(repeating: "x", count: 100_000), "{\"error\":\"" + String(repeating: "é", count: 9_999) + "\"}",
    ] {
      #expect(ErrorBody(Array(body.utf8)).message.count <= 401)
    }
    func nested(_ depth: Int) -> ErrorBody {
      let text = String(repeating: #"{"error":"#, count: depth) + "1" + String(repeating: "}", count: depth)
      return ErrorBody(Array(text.utf8))
    }
    #expect(nested(64).message == "1")
    // Deeper ones are no document to anybody here, and are shown as they begin.
    for depth in [65, 400, 100_000] {
      #expect(nested(depth).form == .text)
      #expect(nested(depth).message.hasPrefix(#"{"error":{"error":"#))
      #expect(nested(depth).message.count <= 401)
    }
  }

  @Test("survives any bytes")
  func anyBytes() {
    let body = Array(
      #"{"error":{"message":"No","type":"T","param":"p","code":4},"detail":[{"loc":["a"],"msg":"b"}]}"#.utf8)
    for position in body.indices {
      for byte: UInt8 in [0, 0x22, 0x5B, 0x7B, 0x7D, 0xFF] {
        var changed = body
        changed[position] = byte
        #expect(ErrorBody(changed).message.count <= 401)
        #expect(ErrorBody(Array(body[..<position])).message.count <= 401)
      }
    }
  }
}

@Suite("A service error")
struct ServiceErrorTests {
  private func complete(_ transport: ScriptedTransport) async throws -> ServiceError? {
    let chat = try ChatClient(transport)
    return await #expect(throws: ServiceError.self) {
      try await chat.complete(ChatRequest(model: "m", messages: [.user("Hi")]))
    }
  }

  @Test("carries status, identity and wait of a refused request")
  func refused() async throws {
    let identity = try #require(HTTPField.Name("x-request-id"))
    let transport = answering(
      status: 429, headers: [.retryAfter: "7", identity: "abc"],
      pieces: [#"{"error":{"message":"Slow down","#, #""type":"rate","code":"429"}}"#])
    let error = try #require(try await complete(transport))
    #expect(error.kind == .httpStatus)
    #expect(error.shortDescription == "http_429")
    #expect(error.status == 429)
    #expect(error.message == "Slow down")
    #expect(error.code == "429")
    #expect(error.retryAfter == .seconds(7))
    #expect(error.requestID == "abc")
    #expect(error.request == "POST http://127.0.0.1:8000/v1/chat/completions")
    #expect(error.isTransient)
    #expect(!String(describing: error).contains("sk-very-secret"))
  }

  @Test(
    "reads the wait in each of its forms",
    arguments: [
      ("3", nil, Duration.seconds(3)), ("0.5", nil, .milliseconds(500)), ("-1", nil, nil), ("soon", nil, nil),
      ("1e300", nil, nil), ("nan", nil, nil),
      ("Sat, 21 Nov 2026 06:00:30 GMT", "Sat, 21 Nov 2026 06:00:00 GMT", .seconds(30)),
      ("Thu, 01 Jan 2026 00:00:05 GMT", "Wed, 31 Dec 2025 23:59:55 GMT", .seconds(10)),
      ("Fri, 01 Mar 2024 00:00:00 GMT", "Wed, 28 Feb 2024 00:00:00 GMT", .seconds(2 * 86_400)),
      ("Sat, 21 Nov 2026 06:00:00 GMT", "Sat, 21 Nov 2026 06:00:30 GMT", .zero),
      ("Sat, 21 Nov 2026 06:00:30 GMT", nil, nil), ("Sat, 99 Foo 2026 06:00:30 GMT", "x", nil),
    ] as [(String, String?, Duration?)])
  func retryAfter(value: String, date: String?, expected: Duration?) async throws {
    var headers: HTTPFields = [.retryAfter: value]
    headers[.date] = date
    let error = try await complete(answering(status: 503, headers: headers, pieces: [""]))
    #expect(error?.retryAfter == expected)
  }

  @Test(
    "tells apart what is wrong with a 200",
    arguments: [
      ("text/html", "<html><title>Login</title>", ServiceError.Kind.wrongContentType, "Login"),
      ("application/json", "", .malformedPayload, "0 bytes"), ("application/json", "{}", .malformedPayload, "choices"),
      ("application/json", "[]", .malformedPayload, "[]"),
      ("application/json", "Server internal error", .malformedPayload, "Server internal error"),
      ("application/json", #"{"error":{"message":"No"}}"#, .errorEvent, "No"),
      ("application/json", #"{"choices":[{"index":0}]}"#, .malformedPayload, "choices.0"),
    ])
  func good(contentType: String, body: String, kind: ServiceError.Kind, message: String) async throws {
    let error = try await complete(answering(contentType: contentType, pieces: [body]))
    #expect(error?.kind == kind)
    #expect(error?.message.contains(message) == true, "\(String(describing: error))")
  }

  @Test("keeps the transport's error below itself")
  func transport() async throws {
    let error = try await complete(ScriptedTransport { _ in [.fail(.connectionRefused)] })
    #expect(error?.kind == .transport)
    #expect(error?.shortDescription == "connection_refused")
    #expect((error?.underlying as? TransportError)?.kind == .connectionRefused)
  }

  @Test("gives a bounded set of groups")
  func groups() {
    #expect(ServiceError(kind: .httpStatus, message: "", status: 123_456).shortDescription == "http_status")
    #expect(ServiceError(kind: .httpStatus, message: "").shortDescription == "http_status")
    #expect(ServiceError(kind: .truncatedStream, message: "after 17 chunks").shortDescription == "truncated_stream")
  }
}
