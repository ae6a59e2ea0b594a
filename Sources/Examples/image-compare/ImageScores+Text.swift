import Foundation
import NPUMetrics
import NPUTestKit

extension ImageScores {
  /// A few lines for people.
  var text: String {
    let verdict = band.map { "  \($0.rawValue)" } ?? ""
    let tooSmall = "not defined, the images are too small"
    func similarity(_ value: Double?) -> String { value.map { String(format: "%.6f", $0) } ?? tooSmall }
    return """
      SSIM            \(similarity(ssim))\(verdict)
      SSIM, Gaussian  \(similarity(ssimGaussian))
      MS-SSIM         \(similarity(msSSIM))
      PSNR            \(psnr.map { String(format: "%.2f dB", $0) } ?? "infinite, the images are equal")
      MSE             \(String(format: "%.4f", mse))
      size            \(width)x\(height)
      """
  }
}
