import { config } from 'zod/mini';
import { en } from 'zod/v4/locales';

// what zod finds, in words: `zod/mini`, of which functions start sooner, has none by itself
config(en());
