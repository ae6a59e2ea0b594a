#include "CNPUCurl.h"
