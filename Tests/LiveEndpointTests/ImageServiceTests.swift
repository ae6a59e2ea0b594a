import Foundation
import NPUTestKit
import XCTest

/// How a test author tests an image service of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_IMAGE_URL=http://127.0.0.1:8000 NPUTESTKIT_IMAGE_SIZE=512 swift test --filter ImageServiceTests
/// ```
final class ImageServiceTests: XCTestCase {
  private let side = ProcessInfo.processInfo.environment["NPUTESTKIT_IMAGE_SIZE"].flatMap { Int($0) } ?? 512

  private func images() throws -> ImageClient {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_IMAGE_URL") else {
      throw XCTSkip("Set NPUTESTKIT_IMAGE_URL to the base address of an image service, such as http://127.0.0.1:8000.")
    }
    return service.images
  }

  private func request(seed: Int) -> ImageRequest {
    ImageRequest(prompt: "a lighthouse at dawn", width: side, height: side, steps: 4, seed: seed)
  }

  func testAnImageHasTheSizeThatWasAskedFor() async throws {
    let pixels = try await images().generate(request(seed: 1)).images[0].decoded().pixels
    XCTAssertEqual([pixels.width, pixels.height], [side, side])
  }

  func testTheSameSeedGivesTheSamePixels() async throws {
    let images = try images()
    let first = try await images.generate(request(seed: 42)).images[0].decoded().pixels
    let second = try await images.generate(request(seed: 42)).images[0].decoded().pixels
    let other = try await images.generate(request(seed: 43)).images[0].decoded().pixels
    XCTAssertNotEqual(first, other)
    XCTAssertEqual(try StructuralSimilarity().score(first, second).mean, 1, accuracy: 1e-12)
  }

  func testASizeThatNoModelMakesIsRefused() async throws {
    var request = request(seed: 1)
    request.width = 13
    let record = try await images().measure(request)
    XCTAssertGreaterThanOrEqual(record.outcome.status ?? 0, 400, "\(record.outcome)")
  }

  func testAShortLoadKeepsItsLimits() async throws {
    let report = try await images().load(
      .closedLoop(concurrency: 2), .requests(4), prompts: .fixed("a lighthouse at dawn"), pattern: request(seed: 7))
    try report.require("e2e:p99<120s", "failure_rate<=0")
    XCTAssertEqual(report.figures(of: .images)?.total, 4)
  }
}
