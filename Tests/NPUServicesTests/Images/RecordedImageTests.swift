import Foundation
import HTTPTypes
import NPUBase
import NPUMetrics
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// Exchanges that were recorded as JSON: requests, statuses, bodies.
struct RecordedExchange {
  var name: String
  var status: Int
  var contentType: String
  /// The body; of binary ones only the first bytes were kept.
  var body: [UInt8]
  var isWhole: Bool

  static func all(in file: String) throws -> [RecordedExchange] {
    guard let folder = RecordedResponses.wire else { return [] }
    let data = try Data(contentsOf: folder.appending(path: file))
    let document = try JSONDecoder().decode(JSONValue.self, from: data)
    return try (document["exchanges"]?.array ?? []).map { exchange in
      let body = exchange["body"] ?? .null
      let type = exchange["headers"]?["Content-Type"]?.string ?? exchange["contentType"]?.string ?? ""
      var bytes: [UInt8] = []
      var isWhole = true
      if let raw = exchange["rawBody"]?.string {
        bytes = Array(raw.utf8)
      } else if let head = body["head"]?.string {
        bytes = stride(from: 0, to: head.count, by: 2).compactMap {
          UInt8(head.dropFirst($0).prefix(2), radix: 16)
        }
        isWhole = false
      } else if let text = body.string {
        bytes =
          text.hasPrefix("<") && text.contains("magic 89504e470d0a1a0a") ? try ImageFixtures.png() : Array(text.utf8)
      } else {
        bytes = Array(try JSONEncoder().encode(body))
      }
      return RecordedExchange(
        name: exchange["name"]?.string ?? "", status: exchange["status"]?.integer ?? 0, contentType: type, body: bytes,
        isWhole: isWhole)
    }
  }

  var transport: ScriptedTransport { ImageFixtures.answering(body, status: status, type: contentType) }
}

@Suite(
  "Recorded answers of image services",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedImageTests {
  @Test("of a small web server are refusals with the title of their page, or the beginning of an image")
  func webServer() async throws {
    let exchanges = try RecordedExchange.all(in: "seed-flask-captures.json").filter { $0.name.hasPrefix("generate") }
    #expect(exchanges.count >= 7)
    for exchange in exchanges {
      let outcome = await (try ImageClient(exchange.transport)).outcome()
      // Only the first 24 bytes of images were recorded.
      #expect(outcome.kind == (exchange.status == 200 ? .damagedMedia : .httpStatus), "\(exchange.name): \(outcome)")
      guard case .failure(let error as ServiceError) = outcome, exchange.status != 200 else { continue }
      #expect(error.status == exchange.status)
      #expect(error.message.hasPrefix("\(exchange.status) "), "\(exchange.name): \(error.message)")
    }
  }

  @Test("in OpenAI's shape decode, and name what was wrong")
  func openAI() async throws {
    for (name, bytes) in try RecordedResponses.wire({ $0.hasPrefix("omni-images") }) {
      let status = name.contains("400") ? 400 : name.contains("422") ? 422 : 200
      let transport = ImageFixtures.answering(bytes, status: status, type: "application/json")
      let outcome = await (try ImageClient(transport, .openAI)).outcome()
      guard case .failure(let error as ServiceError) = outcome else {
        Issue.record("\(name) gave \(outcome)")
        continue
      }
      // The recorded image is a PNG signature and nothing more.
      #expect(error.kind == (status == 200 ? .damagedMedia : .httpStatus), "\(name): \(error)")
      if status == 400 { #expect(error.message.contains("Invalid size format")) }
      if status == 422 { #expect(error.parameter == "prompt") }
    }
  }
}

@Suite(
  "Captured answers of a running image service",
  .enabled(
    if: RecordedResponses.captures != nil, "set NPUTESTKIT_TEST_CAPTURES to a folder with a folder for each server"))
struct CapturedImageTests {
  @Test("are images of the size that their header says, or refusals")
  func captures() async throws {
    let folder = RecordedResponses.captures?.appending(path: "sd_serve")
    var count = 0
    for file in RecordedResponses.files(in: folder, { $0.hasSuffix(".txt") && !$0.hasPrefix("race") }) {
      guard let capture = try RecordedResponses.Capture(file) else { continue }
      count += 1
      var client = try ImageClient(capture.transport)
      client.checksResponses = false
      let outcome = await client.outcome()
      guard capture.head.status.code == 200 else {
        #expect(outcome.kind == .httpStatus, "\(capture.name): \(outcome)")
        continue
      }
      let images = try outcome.get().images
      let count = capture.name.contains("four") ? 4 : capture.name.contains("openai") ? 2 : 1
      #expect(images.count == count, "\(capture.name)")
      for image in images {
        let pixels = try image.decoded().pixels
        #expect(image.size?.width == pixels.width && image.size?.height == pixels.height, "\(capture.name)")
      }
    }
    #expect(count >= 8)
  }
}
