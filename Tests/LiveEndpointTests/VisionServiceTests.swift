import NPUTestKit
import XCTest

/// How a test author tests a model that looks at images: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_VL_URL=http://127.0.0.1:8003 swift test --filter VisionServiceTests
/// ```
final class VisionServiceTests: XCTestCase {
  private func ask(_ media: [ContentPart]) async throws -> ChatResponse {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_VL_URL") else {
      throw XCTSkip("Set NPUTESTKIT_VL_URL to the base address of a vision-language service.")
    }
    var request = try await service.chat.request("", sampling: SamplingParameters(temperature: 0, maxTokens: 16))
    request.messages = [ChatMessage(role: .user, content: .parts(media + [.text("What is in the image?")]))]
    return try await service.chat.complete(request)
  }

  private func image(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> ContentPart {
    let pixels = [[UInt8]](repeating: [red, green, blue], count: 64 * 64).flatMap(\.self)
    return .image(try PixelImage(width: 64, height: 64, channels: 3, samples: pixels).pngEncoded())
  }

  func testAnImageIsLookedAt() async throws {
    let without = try await ask([])
    let with = try await ask([try image(255, 0, 0)])
    XCTAssertGreaterThan(try XCTUnwrap(with.usage?.promptTokens), try XCTUnwrap(without.usage?.promptTokens))
    let again = try await ask([try image(255, 0, 0)])
    XCTAssertEqual(again.text, with.text, "the same image has the same greedy response")
  }

  func testTwoImagesAreTaken() async throws {
    let one = try await ask([try image(0, 0, 255)])
    let two = try await ask([try image(0, 0, 255), try image(0, 255, 0)])
    XCTAssertGreaterThan(try XCTUnwrap(two.usage?.promptTokens), try XCTUnwrap(one.usage?.promptTokens))
  }

  func testABrokenImageIsRefusedAndTheServiceGoesOn() async throws {
    do {
      _ = try await ask([.image([1, 2, 3])])
      XCTFail("bytes that are no image were accepted")
    } catch let error as ServiceError {
      XCTAssertEqual(error.status, 400, "\(error)")
    }
    _ = try await ask([])
  }
}
