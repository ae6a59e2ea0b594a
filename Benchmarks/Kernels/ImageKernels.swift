import Benchmark
import NPUMetrics

/// Similarity of two images, and the way from a file to an image.
func imageKernels() {
  Benchmark("SSIM 7x7 uniform, 1024x1024 RGB") { _, pair in
    blackHole(try StructuralSimilarity.standard.score(pair.0, pair.1))
  } setup: {
    try MadeImage.pair(side: 1024)
  }

  Benchmark("SSIM Gaussian, 1024x1024 RGB") { _, pair in
    blackHole(try StructuralSimilarity.gaussian.score(pair.0, pair.1))
  } setup: {
    try MadeImage.pair(side: 1024)
  }

  Benchmark("MS-SSIM, 1024x1024 RGB") { _, pair in
    blackHole(try MultiScaleSimilarity.standard.score(pair.0, pair.1))
  } setup: {
    try MadeImage.pair(side: 1024)
  }

  Benchmark("PNG decode, 1024x1024 RGB") { _, file in
    blackHole(try PNGImage(decoding: file).pixels)
  } setup: {
    try MadeImage.make(side: 1024, seed: 1).pngEncoded()
  }

  Benchmark("PNG encode, 1024x1024 RGB") { _, image in
    blackHole(try image.pngEncoded())
  } setup: {
    try MadeImage.make(side: 1024, seed: 1)
  }
}
