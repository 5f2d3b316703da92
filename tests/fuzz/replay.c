/* Runs a fuzz target without libFuzzer: each file of the folders given, then changed copies of them
 * for a moment. The changes follow from a fixed seed. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"

#define SEED_BYTES_MAX (1 << 20)
#define SEEDS_MAX      1000
#define MOMENT_MS      1500

struct seed {
    uint8_t *bytes;
    size_t size;
};

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t state = 1;

/* xorshift64 */
static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void read_seed(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    REQUIRE(file && seed_count < SEEDS_MAX);
    struct seed *seed = &seeds[seed_count++];
    seed->bytes = xmalloc(SEED_BYTES_MAX);
    seed->size = fread(seed->bytes, 1, SEED_BYTES_MAX, file);
    fclose(file);
}

static void read_folder(const char *path)
{
    DIR *folder = opendir(path);
    REQUIRE(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.')
            read_seed(path, entry->d_name);
    }
    closedir(folder);
}

/* In memory of its own size, so that a sanitizer sees a read beyond the end. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = xmalloc(size ? size : 1);
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

/* Some bytes are others, or the end is missing. */
static void run_changed(const struct seed *seed)
{
    if (!seed->size)
        return;
    uint8_t *copy = xmalloc(seed->size);
    memcpy(copy, seed->bytes, seed->size);
    for (uint64_t i = next_random() % 6; i > 0; i--)
        copy[next_random() % seed->size] = (uint8_t)next_random();
    run(copy, next_random() % 3 ? seed->size : next_random() % seed->size);
    free(copy);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        read_folder(argv[i]);
    REQUIRE(seed_count > 0);
    for (size_t i = 0; i < seed_count; i++)
        run(seeds[i].bytes, seeds[i].size);
    size_t changed = 0;
    for (int64_t until_ms = clock_mono_ms() + MOMENT_MS; clock_mono_ms() < until_ms; changed++)
        run_changed(&seeds[changed % seed_count]);
    for (size_t i = 0; i < seed_count; i++)
        free(seeds[i].bytes);
    printf("%zu seeds, %zu changed ones\n", seed_count, changed);
    return 0;
}
