import Foundation
import HTTPTypes
import NPUBase
import NPUMetrics
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Answers of image services")
struct ImageResponseTests {
  @Test(
    "An image is recognised by its bytes, whatever the content type says", arguments: ["image/png", "text/plain", nil])
  func file(type: String?) async throws {
    let png = try ImageFixtures.png(24, 8)
    let client = try ImageClient(ImageFixtures.answering(png, type: type))
    let answer = try await client.generate(ImageRequest(prompt: "a cat", width: 24, height: 8))
    #expect(answer.form == .file)
    #expect(answer.images.map(\.bytes) == [png])
    #expect(answer.images.first?.format == .png)
    #expect(answer.images.first?.header?.width == 24)
    #expect(try answer.images.first?.decoded().pixels.samples.count == 24 * 8)
    #expect(answer.mediaType == type ?? "no media type")
  }

  @Test(
    "Images in JSON are found under every name in use",
    arguments: [
      #"{"images":["P","P"]}"#, #"["P","P"]"#, #"{"created":7,"data":[{"b64_json":"P"},{"b64_json":"P","url":null}]}"#,
      #"{"data":[{"url":"data:image/png;base64,P"},{"url":"data:image/png;base64,P"}]}"#,
      #"{"output":[{"image":"P"},{"base64":"P"}]}"#, "{\"images\":[\"P\\n\",\" P\"]}",
    ])
  func json(pattern: String) async throws {
    let png = try ImageFixtures.png()
    let body = pattern.replacingOccurrences(of: "P\"", with: ImageFixtures.base64(png) + "\"")
      .replacingOccurrences(of: "P\\n", with: ImageFixtures.base64(png) + "\\n")
    let client = try ImageClient(ImageFixtures.answering(Array(body.utf8), type: "application/json"))
    let answer = try await client.generate(ImageRequest(prompt: "a cat", count: 2))
    #expect(answer.form == .json)
    #expect(answer.images.map(\.bytes) == [png, png])
    #expect(answer.created == (pattern.contains("created") ? 7 : nil))
  }

  @Test("Images that are only named are fetched, with credentials for the endpoint alone")
  func addresses() async throws {
    let png = try ImageFixtures.png()
    let transport = ScriptedTransport { request in
      if request.head.method == .get { return [.head(status: 200, contentType: "image/png"), .body(png)] }
      let body = #"{"data":[{"url":"http://127.0.0.1:8000/a.png?x=1"},{"url":"http://elsewhere/b.png"}]}"#
      return [.head(status: 200, contentType: "application/json"), .body(body)]
    }
    let answer = try await ImageClient(transport, .openAI).generate(ImageRequest(prompt: "a cat", count: 2))
    #expect(answer.images.map(\.bytes) == [png, png])
    #expect(answer.images.map(\.url) == ["http://127.0.0.1:8000/a.png?x=1", "http://elsewhere/b.png"])
    let fetches = transport.requests.filter { $0.head.method == .get }
    #expect(fetches.map(\.head.path) == ["/a.png?x=1", "/b.png"])
    #expect(fetches.map { $0.head.headerFields[.authorization] != nil } == [true, false])
  }

  /// Answers with addresses, each request after some seconds.
  private func naming(_ count: Int, after wait: Duration = .zero) throws -> ScriptedTransport {
    let png = try ImageFixtures.png()
    return ScriptedTransport { request in
      if request.head.method == .get { return [.wait(wait), .head(status: 200, contentType: "image/png"), .body(png)] }
      let addresses = (0..<count).map { #"{"url":"http://127.0.0.1:8000/\#($0).png"}"# }.joined(separator: ",")
      return [.wait(wait), .head(status: 200, contentType: "application/json"), .body("{\"data\":[\(addresses)]}")]
    }
  }

  @Test("No more images are fetched than were asked for, whether answers are checked or not", arguments: [true, false])
  func tooManyAddresses(checks: Bool) async throws {
    for (asked, named) in [(nil, 2), (1, 2), (3, 2000)] {
      let transport = try naming(named)
      var client = try ImageClient(transport, .openAI)
      client.checksResponses = checks
      let outcome = await client.outcome(of: ImageRequest(prompt: "a cat", count: asked))
      #expect(outcome.kind == .unexpectedContent)
      #expect(transport.requests.count == 1)
    }
  }

  @Test("The total timeout holds for a response with all images that it names")
  func slowAddresses() async throws {
    let transport = try naming(3, after: .seconds(4))
    var client = try ImageClient(transport, .openAI)
    let request = ImageRequest(prompt: "a cat", count: 3)
    client.service.timeouts.total = .seconds(17)
    #expect(await client.outcome(of: request).kind == nil)
    for (total, requests) in [(10, 3), (9, 3), (5, 2)] {
      let transport = try naming(3, after: .seconds(4))
      client.transport = transport
      client.service.timeouts.total = .seconds(total)
      let start = transport.now
      await #expect { try await client.generate(request) } throws: {
        ($0 as? ServiceError)?.shortDescription == "total_timeout"
      }
      #expect(start.duration(to: transport.now) == .seconds(total))
      #expect(transport.requests.count == requests)
    }
  }

  @Test(
    "What is no good response has a class of its own",
    arguments: [
      ("", "image/png", 200, ServiceError.Kind.emptyResponse),
      ("<!doctype html><title>Welcome</title>", "text/html", 200, .wrongContentType),
      ("<!doctype html><title>Welcome</title>", "application/json", 200, .malformedPayload),
      ("not an image", "image/png", 200, .damagedMedia),
      ("not an image", "text/plain", 200, .wrongContentType),
      (#"{"error":{"message":"out of memory","code":500}}"#, "application/json", 200, .errorEvent),
      (#"{"detail":"out of memory"}"#, "application/json", 200, .errorEvent),
      (#"{"text":["MindIE says this"]}"#, "application/json", 200, .malformedPayload),
      (#"{"images":["iVBORw0"#, "application/json", 200, .malformedPayload),
      (#"{"images":["no base64!"]}"#, "application/json", 200, .malformedPayload),
      (#"{"images":["AAAA"]}"#, "application/json", 200, .damagedMedia),
      (#"{"images":[]}"#, "application/json", 200, .emptyResponse),
      (#"{"images":[{}]}"#, "application/json", 200, .malformedPayload),
      ("<!doctype html><title>500 Internal Server Error</title>", "text/html", 500, .httpStatus),
      ("PK\u{3}\u{4}broken", "application/zip", 200, .damagedMedia),
    ] as [(String, String, Int, ServiceError.Kind)])
  func wrong(body: String, type: String, status: Int, kind: ServiceError.Kind) async throws {
    let transport = ImageFixtures.answering(Array(body.utf8), status: status, type: type)
    let outcome = await (try ImageClient(transport)).outcome()
    #expect(outcome.kind == kind, "\(outcome)")
    guard case .failure(let error as ServiceError) = outcome else { return }
    #expect(error.status == status)
    #expect(error.request == "POST http://127.0.0.1:8000/generate")
    #expect(!"\(error)".contains("sk-very-secret"))
  }

  @Test("A PNG that is cut anywhere is damaged, and so is one with a changed byte")
  func damage() async throws {
    let png = try ImageFixtures.png(40, 40)
    for count in 1..<png.count {
      let outcome = await (try ImageClient(ImageFixtures.answering(Array(png[..<count])))).outcome()
      #expect(outcome.kind == .damagedMedia, "cut to \(count) bytes: \(outcome)")
    }
    for index in 8..<png.count {
      var bytes = png
      bytes[index] ^= 0x10
      let outcome = await (try ImageClient(ImageFixtures.answering(bytes))).outcome()
      #expect(outcome.kind == .damagedMedia, "byte \(index) changed: \(outcome)")
    }
  }

  @Test("The number and the size of the images are held against the request")
  func expectations() async throws {
    let client = try ImageClient(ImageFixtures.answering(try ImageFixtures.png(32, 16)))
    #expect(await client.outcome(of: ImageRequest(prompt: "a", width: 32, height: 16)).kind == nil)
    for request in [
      ImageRequest(prompt: "a", width: 16), ImageRequest(prompt: "a", height: 32), ImageRequest(prompt: "a", count: 4),
    ] {
      #expect(await client.outcome(of: request).kind == .unexpectedContent)
    }
    var lenient = client
    lenient.checksResponses = false
    #expect(await lenient.outcome(of: ImageRequest(prompt: "a", count: 4)).kind == nil)
  }

  @Test("Each protocol writes the fields under its own names")
  func requests() throws {
    var request = ImageRequest(
      prompt: "p", negativePrompt: "n", model: "m", width: 8, height: 16, steps: 3, seed: 5, count: 2,
      responseFormat: .file)
    request.loraPath = "/l"
    request.controlImage = .bytes([1, 2, 3])
    request.guidanceScale = 1.5
    let diffusers = try ImageClient(ScriptedTransport { _ in [] }).transferRequest(for: request)
    #expect(
      diffusers.text
        == #"{"control_image":"AQID","guidance_scale":1.5,"height":16,"lora_path":"/l","negative_prompt":"n","#
        + #""num_images":2,"prompt":"p","seed":5,"steps":3,"width":8}"#)
    #expect(diffusers.head.path == "/generate")
    request.controlImage = nil
    let openAI = try ImageClient(ScriptedTransport { _ in [] }, .openAI).transferRequest(for: request)
    #expect(
      openAI.text
        == #"{"guidance_scale":1.5,"lora":"/l","model":"m","n":2,"negative_prompt":"n","num_inference_steps":3,"#
        + #""prompt":"p","response_format":"file","seed":5,"size":"8x16"}"#)
    #expect(openAI.head.path == "/v1/images/generations")
    #expect(openAI.head.headerFields[.contentType] == "application/json")
  }

  @Test("An edit is a form with the images and the fields that are set")
  func edits() async throws {
    let png = try ImageFixtures.png()
    let transport = ImageFixtures.answering(png)
    let client = try ImageClient(transport, .openAI)
    _ = try await client.edit(
      ImageEditRequest(prompt: "make it red", images: [ImageUpload(png)], mask: ImageUpload(png), width: 16, height: 16)
    )
    _ = try await client.variations(of: ImageVariationRequest(image: ImageUpload(png, fileName: "a.png"), count: 1))
    let forms = transport.requests.map { request -> MultipartForm in
      guard case .form(let form) = request.body else { return MultipartForm() }
      return form
    }
    #expect(transport.requests.map(\.head.path) == ["/v1/images/edits", "/v1/images/variations"])
    #expect(forms.first?.parts.map(\.name) == ["image", "mask", "prompt", "size"])
    #expect(forms.first?.part(named: "size")?.text == "16x16")
    #expect(forms.last?.parts.map(\.name) == ["image", "n"])
    #expect(forms.last?.parts.first?.fileName == "a.png")
    #expect(transport.requests.allSatisfy { $0.head.headerFields[.contentType] == nil })
  }
}
